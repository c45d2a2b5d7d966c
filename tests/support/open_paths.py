"""The paths that are open to everybody."""

from __future__ import annotations

OPEN_PATHS = (
    "/",
    "/widget",
    "/widget/sheet",
    "/widget/report",
    "/widget/privacy",
    "/widget.js",
    "/healthz",
    "/readyz",
    "/api/docs",
)
"""What may be linked to or embedded from anywhere, and no more than read; beside these, only files under /static."""
