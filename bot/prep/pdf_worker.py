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
from unicodedata import category

VARIANT = "pdf/ua-1"
STYLE = Path(__file__).parent / "templates" / "sheet.css"
WARNING = ".unprintable { display: block }"
"""Shows the line that says so where characters cannot be drawn."""

UNSEEN = frozenset({"Cc", "Zl", "Zp"})
"""Categories of signs that are no characters to draw, though no font has them."""

WARM_UP = "<html lang=en><title>Ready</title><body><h1>Ready</h1><p>\u0627 \u4e2d \u03b1 \u0431</p></body></html>"


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
    warning, has_unprintable = CSS(string=WARNING, font_config=fonts), _detector(fonts)

    def render(html: str) -> bytes:
        page: Any = HTML(string=html, url_fetcher=nothing)
        words = "".join(page.etree_element.find("body").itertext())
        styles = [style, warning] if has_unprintable(words) else [style]
        pdf: bytes = page.write_pdf(stylesheets=styles, font_config=fonts, pdf_variant=VARIANT)
        return pdf

    return render


def _detector(fonts: Any) -> Callable[[str], bool]:  # noqa: ANN401 (the library has no types)
    """What tells whether a text has characters that no font here can draw."""
    from weasyprint.text.ffi import ffi, gobject, pango  # noqa: PLC0415 (said above)

    ffi.cdef("int pango_layout_get_unknown_glyphs_count (PangoLayout *layout);")
    context = ffi.gc(pango.pango_font_map_create_context(fonts.font_map), gobject.g_object_unref)
    layout = ffi.gc(pango.pango_layout_new(context), gobject.g_object_unref)

    def has_unprintable(text: str) -> bool:
        seen = "".join(" " if category(sign) in UNSEEN else sign for sign in text).encode()
        pango.pango_layout_set_text(layout, seen, len(seen))
        return bool(pango.pango_layout_get_unknown_glyphs_count(layout))

    return has_unprintable


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
