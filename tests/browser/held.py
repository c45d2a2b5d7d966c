"""Requests that a test keeps until it sends them on."""

from __future__ import annotations

from playwright.sync_api import Page, Route


def hold(page: Page, url: str) -> list[Route]:
    """Keep the page's requests to an address; the list grows with each."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.route(url, keep)
    return held
