"""From the script tag to a widget that can be typed into, beside widgets from npm on the same page."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, Route, sync_playwright

from benchmarks.bench import Bench
from benchmarks.results import Row, Target
from benchmarks.rivals import RIVALS, Rival, fetched, served

CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
ROUNDS, QUICK_ROUNDS = 15, 5
PAGE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Clinic</title><body><h1>Clinic</h1>{body}'
OURS = '<script src="/widget.js" async></script>'

type Visit = Callable[[Page], None]
"""What a visitor does until words stand in the box."""


@dataclass(frozen=True)
class _HostPage:
    """A clinic's page with one widget on it."""

    url: str
    html: str
    visit: Visit


def measure(bench: Bench) -> list[Row]:
    """The median of fresh visits, ours and theirs by turns."""
    rivals = [fetched(rival) for rival in RIVALS]
    address = bench.askwell.address
    bench.say("opening widgets")
    with served() as bundles, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        pages = {"askwell": _our_page(address)} | {rival.name: _their_page(rival, bundles) for rival in rivals}
        times = _visited(browser, pages, bench.options.scaled(ROUNDS, QUICK_ROUNDS))
        browser.close()
    return [_row(times, rivals)]


def _our_page(address: str) -> _HostPage:
    """On the assistant's own origin, which may always embed the widget."""
    return _HostPage(f"{address}/host", PAGE.format(body=OURS), _type_into_ours)


def _their_page(rival: Rival, bundles: str) -> _HostPage:
    html = PAGE.format(body=rival.body.format(script=rival.bundle.name))
    return _HostPage(f"{bundles}/host", html, lambda page: page.locator(rival.box).wait_for(state="attached"))


def _type_into_ours(page: Page) -> None:
    page.locator("askwell-launcher").get_by_role("button").click()
    page.frame_locator("askwell-launcher iframe").locator("askwell-chat[data-ready] #words").fill("x")


def _visited(browser: Browser, pages: dict[str, _HostPage], rounds: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in pages}
    for _ in range(rounds + 1):
        for name, host in pages.items():
            times[name].append(_seconds(browser, host))
    return {name: measured[1:] for name, measured in times.items()}  # the first visit warms browser and server


def _seconds(browser: Browser, host: _HostPage) -> float:
    context = browser.new_context()
    page = context.new_page()
    page.route(host.url, lambda route: _answer(route, host.html))
    began = time.perf_counter()
    page.goto(host.url, wait_until="commit")
    host.visit(page)
    seconds = time.perf_counter() - began
    context.close()
    return seconds


def _answer(route: Route, html: str) -> None:
    route.fulfill(body=html, content_type="text/html; charset=utf-8")


def _row(times: dict[str, list[float]], rivals: Sequence[Rival]) -> Row:
    medians = {name: 1_000 * statistics.median(measured) for name, measured in times.items()}
    fastest = min(medians[rival.name] for rival in rivals)
    return Row(
        figure="script tag → widget can be typed into, p50",
        unit="ms",
        askwell=medians["askwell"],
        stock=fastest,
        ratio=medians["askwell"] / fastest,
        target=Target("≤ half of the faster", 0.5),
        note=", ".join(f"{rival.name} {rival.version}: {medians[rival.name]:,.0f} ms" for rival in rivals),
    )
