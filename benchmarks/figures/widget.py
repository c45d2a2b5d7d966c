"""From the script tag to a widget that can be typed into, beside widgets from npm on the same page.

Measured twice. First as a visitor that is steered from outside: what that steering costs is in
the figure, and it looks for the box at growing distances (20, 50, 100, 100, then 500 ms), so
that the figure rises in such steps. Then by the page's own clock, which looks at each frame
that the browser draws, from the beginning of the navigation on.
"""

from __future__ import annotations

import json
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
OUR_BOX = "askwell-chat[data-ready] #words"

# Presses the launcher, if there is one, as soon as it is there. Shadow trees and frames are looked into too.
WATCH = """(() => {
  if (window !== top) return;
  const below = (node) => node.shadowRoot ?? node.contentDocument;
  const found = (root, selector) => root && (root.querySelector(selector)
    ?? [...root.querySelectorAll('*')].map((node) => found(below(node), selector)).find(Boolean));
  let pressed;
  const look = () => {
    const box = found(document, %(box)s);
    if (box && %(typed)s) return console.log('typed', performance.now());
    if (!pressed) (pressed = found(document, 'askwell-launcher') && found(document, 'button'))?.click();
    requestAnimationFrame(look);
  };
  look();
})()"""
# A box that takes words; only ours is asked to, as the others hide theirs until their server has answered.
TYPED = "(box.focus(), box.ownerDocument.execCommand('insertText', false, 'x'), box.value === 'x')"

STEERED = "script tag → widget can be typed into, p50"
OWN_CLOCK = "the same by the page's own clock, p50"

type Visit = Callable[[Page], None]
"""What a visitor does until words stand in the box."""
type Clock = Callable[[Browser, _HostPage], float]
"""How long one visit takes, in seconds."""


@dataclass(frozen=True)
class _HostPage:
    """A clinic's page with one widget on it."""

    url: str
    html: str
    visit: Visit
    watch: str
    """What measures the visit inside the page; it says when words can stand in the box."""


def measure(bench: Bench) -> list[Row]:
    """The median of fresh visits, ours and theirs by turns."""
    rivals = [fetched(rival) for rival in RIVALS]
    address = bench.askwell.address
    bench.say("opening widgets")
    with served() as bundles, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        pages = {"askwell": _our_page(address)} | {rival.name: _their_page(rival, bundles) for rival in rivals}
        rounds = bench.options.scaled(ROUNDS, QUICK_ROUNDS)
        steered, own = (_visited(browser, pages, rounds, clock) for clock in (_seconds, _seconds_in_page))
        browser.close()
    return [_row(STEERED, steered, rivals), _row(OWN_CLOCK, own, rivals)]


def _our_page(address: str) -> _HostPage:
    """On the assistant's own origin, which may always embed the widget."""
    watch = WATCH % {"box": json.dumps(OUR_BOX), "typed": TYPED}
    return _HostPage(f"{address}/host", PAGE.format(body=OURS), _type_into_ours, watch)


def _their_page(rival: Rival, bundles: str) -> _HostPage:
    html = PAGE.format(body=rival.body.format(script=rival.bundle.name))
    watch = WATCH % {"box": json.dumps(rival.box), "typed": "true"}
    return _HostPage(f"{bundles}/host", html, lambda page: page.locator(rival.box).wait_for(state="attached"), watch)


def _type_into_ours(page: Page) -> None:
    page.locator("askwell-launcher").get_by_role("button").click()
    page.frame_locator("askwell-launcher iframe").locator(OUR_BOX).fill("x")


def _visited(browser: Browser, pages: dict[str, _HostPage], rounds: int, clock: Clock) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in pages}
    for _ in range(rounds + 1):
        for name, host in pages.items():
            times[name].append(clock(browser, host))
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


def _seconds_in_page(browser: Browser, host: _HostPage) -> float:
    context = browser.new_context()
    context.add_init_script(host.watch)
    page = context.new_page()
    page.route(host.url, lambda route: _answer(route, host.html))
    with page.expect_console_message(lambda message: message.text.startswith("typed ")) as said:
        page.goto(host.url, wait_until="commit")
    milliseconds = float(said.value.text.split()[1])
    context.close()
    return milliseconds / 1_000


def _answer(route: Route, html: str) -> None:
    route.fulfill(body=html, content_type="text/html; charset=utf-8")


def _row(figure: str, times: dict[str, list[float]], rivals: Sequence[Rival]) -> Row:
    medians = {name: 1_000 * statistics.median(measured) for name, measured in times.items()}
    fastest = min(medians[rival.name] for rival in rivals)
    return Row(
        figure=figure,
        unit="ms",
        askwell=medians["askwell"],
        stock=fastest,
        ratio=medians["askwell"] / fastest,
        target=Target("≤ half of the faster", 0.5),
        note=", ".join(f"{rival.name} {rival.version}: {medians[rival.name]:,.0f} ms" for rival in rivals),
    )
