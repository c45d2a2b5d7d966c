"""Every state of every page: nothing for axe to find in any colour scheme, all in reach of keys and fingers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.chat_page import launcher
from tests.browser.keyboard import faults_of_tabbing, small_targets
from tests.browser.scripted_api import Script
from tests.browser.seen import COLOURS, SCHEMES, violations
from tests.browser.states import PAGES, Stage

FRAME_SCROLLS = "document.documentElement.scrollHeight > innerHeight"
OVER_THE_REAL_API = {"sheet", "report"}


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


@pytest.mark.parametrize("name", PAGES)
def test_everyone_can_use_every_state(
    browser: Browser, server_url: str, clinic_url: str, script: Script, name: str
) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740}, reduced_motion="reduce", locale="en-US")
    at = Stage(page, clinic_url if name in OVER_THE_REAL_API else server_url, script)
    path, states = PAGES[name]
    found = {}
    for state, reach in states.items():
        at.begin(path)
        reach(at)
        found[state] = faults(page)
    page.close()
    assert {state: problems for state, problems in found.items() if problems} == {}


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
