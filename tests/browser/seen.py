"""What axe sees of a page, and in which colours."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Frame, Page

SCHEMES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "forced_colors": "none"},
    "dark": {"color_scheme": "dark", "forced_colors": "none"},
    "forced": {"color_scheme": "light", "forced_colors": "active"},
}


COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""What can be otherwise in another colour scheme: no other rule of axe that is on by itself looks at colours."""


def violations(page: Page | Frame, options: dict[str, Any] | None = None) -> list[str]:
    """The rules that the page breaks, each with the nodes that break it."""
    found = Axe().run(page, options=options).response["violations"]
    return [f"{item['id']}: {[node['html'] for node in item['nodes']]}" for item in found]
