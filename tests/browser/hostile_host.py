"""A clinic's page on another origin: styles that break what they reach, and a strict policy."""

from __future__ import annotations

from fastapi import FastAPI, Response

STYLES = """
askwell-launcher, div, button, dialog, iframe, span, svg, path {
  display: none !important; visibility: hidden !important; position: static !important;
  opacity: 0 !important; transform: rotate(20deg) !important; font-size: 60px !important;
  width: 3px !important; height: 3px !important; pointer-events: none !important;
  z-index: -1 !important; inset: -900px !important; filter: blur(9px) !important;
}
html { font-size: 3px; }
body { overflow: hidden; }
p { position: fixed; z-index: 99999; inset: 0 40% 40% 0; }
"""

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Another clinic</title>
<link rel="stylesheet" href="/host.css">
<script src="{assistant}/widget.js" data-clinic="other" data-accent="#ffcc00" data-position="start"
  data-label="Talk to us" data-language="en-GB" defer></script>
</head><body><p>Another clinic <a href="#" data-askwell-open>Open the chat</a></p></body></html>"""


def create_host(assistant: str) -> FastAPI:
    """Build the page; its policy lets in nothing but the assistant and its own styles."""
    app = FastAPI()
    policy = (
        f"default-src 'none'; script-src {assistant}; frame-src {assistant}; style-src 'self'; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )

    @app.get("/")
    async def page() -> Response:
        return Response(
            PAGE.format(assistant=assistant),
            headers={"Content-Security-Policy": policy},
            media_type="text/html",
        )

    @app.get("/host.css")
    async def styles() -> Response:
        return Response(STYLES, media_type="text/css")

    return app
