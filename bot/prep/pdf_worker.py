"""The process that renders: HTML in, tagged PDF (PDF/UA-1) out. No HTML makes it reach the network or a file.

Each request is a line with the number of bytes that follow, and so is each reply. The first line that it
writes says what is missing, if anything is; an empty one says that it is ready.
"""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

VARIANT = "pdf/ua-1"
STYLE = Path(__file__).parent / "templates" / "sheet.css"
WARM_UP = "<html lang=en><title>Ready</title><h1>Ready</h1><p>\u0627 \u4e2d \u03b1 \u0431</p></html>"


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer requests until there are no more."""
    try:
        render = _renderer()
    except OSError as error:
        replies.write(f"{str(error).splitlines()[0]}\n".encode())
        replies.flush()
        return
    render(WARM_UP)
    gc.freeze()  # what is loaded by now stays, so it need not be looked through for garbage again and again
    replies.write(b"\n")
    replies.flush()
    while line := requests.readline():
        pdf = render(requests.read(int(line)).decode())
        replies.write(b"%d\n" % len(pdf) + pdf)
        replies.flush()


def _renderer() -> Callable[[str], bytes]:
    """Load the library here and nowhere else: where Pango is missing, this raises OSError."""
    from weasyprint import CSS, HTML  # noqa: PLC0415 (said above)
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 (said above)
    from weasyprint.urls import URLFetcher  # noqa: PLC0415 (said above)

    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # its warnings may quote what it renders
    nothing, fonts = URLFetcher(allowed_protocols=()), FontConfiguration()
    style = CSS(filename=STYLE, font_config=fonts)  # parsed once

    def render(html: str) -> bytes:
        page: Any = HTML(string=html, url_fetcher=nothing)
        pdf: bytes = page.write_pdf(stylesheets=[style], font_config=fonts, pdf_variant=VARIANT)
        return pdf

    return render


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
