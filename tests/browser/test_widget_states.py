"""Every state of every page: nothing for axe to find in any colour scheme, all in reach of keys and fingers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect

from tests.browser.chat_page import launcher
from tests.browser.keyboard import faults_of_tabbing, small_targets
from tests.browser.scripted_api import Script
from tests.browser.seen import COLOURS, SCHEMES, violations
from tests.browser.states import CHAT, PAGES, PRIVACY, SHEET, Stage, State, ask_whether_somebody_is_there

FRAME_SCROLLS = "document.documentElement.scrollHeight > innerHeight"
OVER_THE_REAL_API = {"sheet", "report"}

ASKED: dict[str, State] = {"asked whether somebody is there": ask_whether_somebody_is_there}
DIALOGS: dict[str, dict[str, State]] = {
    "chat": {
        state: CHAT[state]
        for state in (
            "consent",
            "consent with a wrong address",
            "consent that failed",
            "consent to words that grew",
            "consent not loaded",
            "ending",
            "ending with an open question",
            "asked whether somebody is there",
        )
    },
    "sheet": ASKED | {state: SHEET[state] for state in ("sharing", "mailing", "mailing to a wrong address")},
    "report": ASKED,
    "privacy": ASKED | {"asking": PRIVACY["asking"]},
}
"""The states with a dialog in front of the page."""
PHONE: ViewportSize = {"width": 360, "height": 740}
PHONE_AT_200_PERCENT: list[ViewportSize] = [{"width": 180, "height": 370}, {"width": 360, "height": 370}]
BROKEN_NUMBERS = r"""() => {
  const walker = document.createTreeWalker(document.querySelector('.app'), NodeFilter.SHOW_TEXT);
  const broken = [];
  let foot;  // of a number at the end of the text before
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    const stop = document.createRange();
    stop.setStart(walker.currentNode, 0);
    stop.setEnd(walker.currentNode, Math.min(1, data.length));
    const alone = foot && /^[.,;:!?]/.test(data) && stop.getBoundingClientRect().top >= foot;
    if (alone && parentElement.checkVisibility()) broken.push(`${parentElement.textContent}, its mark`);
    foot = 0;
    for (const { 0: number, index } of data.matchAll(/\(555\) 010-0199|1-800-[\d-]+|[A-Z\d]{4}-[A-Z\d]{4}/g)) {
      const range = document.createRange();
      range.setStart(walker.currentNode, index);
      range.setEnd(walker.currentNode, index + number.length);
      if (index + number.length === data.length) foot = range.getBoundingClientRect().bottom;
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
      if (parentElement.checkVisibility() && lines.size > 1) broken.push(data);
    }
  }
  return broken;
}"""
BOLD_REFERENCE = """app => {
  const [line, bold, number] = ['p', 'strong', 'span'].map((name) => document.createElement(name));
  number.className = 'number';
  number.append('VHRH-Z584');
  bold.append(number);
  line.append('Your reference would be ', bold, '.');
  app.append(line);
}"""
"""As the assistant's words have it, in a line that is as wide as the page."""
HIDES = """dialog => {
  const { top, bottom } = dialog.getBoundingClientRect();
  const always = [...document.querySelectorAll('header .disclosure, header .lines a')];
  const lines = always.map((line) => line.getBoundingClientRect());
  return {
    'whom to call': lines.some((line) => line.bottom > top || line.bottom > innerHeight),
    'its own end': bottom > innerHeight,
    'its own side': dialog.scrollWidth > dialog.clientWidth,
    'nearly all of itself': dialog.clientHeight < 120,
  };
}"""


def faults(page: Page) -> dict[str, list[str]]:
    """What is wrong with the page as it stands, by where it shows."""
    found = {"keys": faults_of_tabbing(page), "targets": small_targets(page)}
    found["light"] = violations(page)
    found["header"] = ["scrolls away"] * page.evaluate(FRAME_SCROLLS)
    for scheme in ("dark", "forced"):
        page.emulate_media(**SCHEMES[scheme])
        found[scheme] = violations(page, COLOURS)
    page.emulate_media(**SCHEMES["light"])
    return {where: problems for where, problems in found.items() if problems}


Phone = Callable[[str], Stage]


@pytest.fixture
def phone(browser: Browser, server_url: str, clinic_url: str, script: Script) -> Iterator[Phone]:
    """Any page of the widget on a phone."""
    page = browser.new_page(viewport=PHONE, reduced_motion="reduce", locale="en-US")
    yield lambda name: Stage(page, clinic_url if name in OVER_THE_REAL_API else server_url, script)
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_everyone_can_use_every_state(phone: Phone, name: str) -> None:
    at = phone(name)
    path, states = PAGES[name]
    found = {}
    for state, reach in states.items():
        at.begin(path)
        reach(at)
        found[state] = faults(at.page)
    assert {state: problems for state, problems in found.items() if problems} == {}


@pytest.mark.parametrize("name", DIALOGS)
def test_no_dialog_hides_whom_to_call_on_a_phone_at_200_percent(phone: Phone, name: str) -> None:
    at = phone(name)
    path, _ = PAGES[name]
    hidden = {}
    for state, reach in DIALOGS[name].items():
        at.page.set_viewport_size(PHONE)
        at.begin(path)
        reach(at)
        hidden |= {f"{state} {size}": found for size in PHONE_AT_200_PERCENT if (found := _hidden(at.page, size))}
    assert hidden == {}


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("chat", ["unavailable", "consent", "emergency"]),
        ("sheet", ["emergency", "filled"]),
        ("report", ["enough", "sent"]),
        ("privacy", ["what is kept"]),
    ],
)
def test_no_telephone_number_is_broken(phone: Phone, name: str, states: list[str]) -> None:
    at = phone(name)
    page = at.page
    path, known = PAGES[name]
    broken = []
    for state in states:
        page.emulate_media(media="screen")
        page.set_viewport_size(PHONE)
        at.begin(path)
        known[state](at)
        for media in ("screen", "print"):
            page.emulate_media(media=media)  # type: ignore[arg-type]
            broken += [f"{state}, {media}, {where}" for where in _broken_numbers(page)]
    assert broken == []


def test_no_reference_is_broken(phone: Phone) -> None:
    at = phone("chat")
    at.page.set_viewport_size(PHONE)
    at.begin("/widget")
    at.chat.ask("hello")
    words = "I have your question. When you call us, please say its reference, which is SCYD-UFXB."
    at.script.staff_says(words, by="Nurse Rivera")
    expect(at.view.locator(".message.staff")).to_contain_text(words)
    assert _broken_numbers(at.page) == []


def test_the_mark_behind_a_bold_reference_stays_on_its_line(phone: Phone) -> None:
    at = phone("chat")
    at.begin("/widget")
    at.page.locator(".app").evaluate(BOLD_REFERENCE)
    assert _broken_numbers(at.page, every=1) == []


def _broken_numbers(page: Page, *, every: int = 15) -> list[str]:
    """The numbers and references that stand on two lines at some width of the page, or whose mark stands on its own."""
    found = []
    for width in range(180, 420, every):
        page.set_viewport_size({"width": width, "height": 740})
        found += [f"{width} pixels: {words}" for words in page.evaluate(BROKEN_NUMBERS)]
    return found


def _hidden(page: Page, size: ViewportSize) -> list[str]:
    page.set_viewport_size(size)
    page.evaluate("new Promise(requestAnimationFrame).then(() => new Promise(requestAnimationFrame))")
    shown: dict[str, bool] = page.locator("dialog[open]").evaluate(HIDES)
    return [what for what, is_hidden in shown.items() if is_hidden]


def _written(language: str, direction: str) -> Callable[[Route], None]:
    """The clinic's page as if it was written in another language or direction; the widget follows its language."""

    def answer(route: Route) -> None:
        response = route.fetch()
        body = response.text().replace('<html lang="en"', f'<html lang="{language}" dir="{direction}"')
        route.fulfill(response=response, body=body)

    return answer


@pytest.mark.parametrize(("language", "direction"), [("es", "ltr"), ("en", "rtl")])
@pytest.mark.parametrize("name", PAGES)
def test_everyone_can_use_every_page_in_a_clinics_page(  # noqa: PLR0913, PLR0917 (the columns of the table)
    page: Page, server_url: str, clinic_url: str, script: Script, name: str, language: str, direction: str
) -> None:
    url = clinic_url if name in OVER_THE_REAL_API else server_url
    page.route(f"{url}/", _written(language, direction))
    page.goto(f"{url}/")
    launcher(page).click()
    view = page.frames[-1]
    view.locator(".app[data-ready]").wait_for()
    at = Stage(view, url, script, f"?lang={language}")
    at.open(PAGES[name][0])
    view.evaluate("direction => { document.documentElement.dir = direction; }", direction)
    expect(view.locator("html")).to_have_attribute("lang", language)
    found = {"view": violations(view), "whole": violations(page)}
    for scheme in ("dark", "forced"):
        page.emulate_media(**SCHEMES[scheme])
        found[scheme] = violations(view, COLOURS)
    assert {where: problems for where, problems in found.items() if problems} == {}
