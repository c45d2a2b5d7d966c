"""A page that was left open on a shared device: it asks whether somebody is there, and then it clears itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from playwright.sync_api import Locator, Page, expect

from tests.browser.chat_page import ChatPage, launcher
from tests.browser.scripted_api import Script
from tests.browser.states import CODE, WORDS, Stage, begin_sheet

PRESENCE = "**/presence"
pytestmark = pytest.mark.usefixtures("clinic_url")  # which must be there before the browser's event loop


@pytest.fixture
def page(page: Page) -> Page:
    page.clock.install()
    return page


def question(view: Page) -> Locator:
    return view.get_by_role("alertdialog", name="Are you still here?")


def leave(page: Page) -> None:
    """Go away until the page asks, and stay away."""
    page.clock.fast_forward("58:01")
    expect(question(page)).to_be_visible()
    page.clock.fast_forward("01:00")


def is_cleared(page: Page, *words: str) -> None:
    """Nothing of these words is on the screen or on the device, and the page says why."""
    expect(page.locator("#cleared")).to_contain_text("cleared to protect your privacy")
    # What was cleared has no main part; the page that begins anew has.
    page.locator("main").first.wait_for(state="attached")
    page.locator(".app[data-ready]").wait_for()
    expect(page.locator("#cleared")).to_contain_text("The clinic still has your chat, and any reply to it.")
    expect(page.get_by_role("link", name="Emergency? Call 911")).to_be_in_viewport()
    kept = page.evaluate("JSON.stringify({ ...sessionStorage })")
    shown = page.evaluate(
        "document.body.innerText + [...document.querySelectorAll('textarea, input')].map((box) => box.value)"
    )
    assert [word for word in words if word in kept + shown] == []
    assert "token" not in kept


def test_a_chat_that_nobody_touches_asks_and_then_clears_itself(page: Page, chat: ChatPage, script: Script) -> None:
    chat.ask("I have lupus")
    chat.box.fill("and my secret")
    page.clock.fast_forward("57:30")
    expect(question(page)).to_be_hidden()
    page.clock.fast_forward("00:31")
    expect(chat.button("I am still here")).to_be_focused()
    expect(question(page).get_by_role("alert")).to_contain_text("a private code opens your chat again")
    script.staff_says("Are you there?")
    page.clock.fast_forward("01:00")
    is_cleared(page, "lupus", "secret", "Are you there?")
    page.get_by_role("button", name="OK").click()
    expect(page.locator("#cleared")).to_be_hidden()
    chat.ask("hello")


def test_whoever_is_still_here_goes_on(page: Page, chat: ChatPage) -> None:
    chat.ask("hello")
    chat.box.fill("half a thought")
    page.clock.fast_forward("58:01")
    with page.expect_request(PRESENCE):
        page.keyboard.press("Enter")
    expect(question(page)).to_be_hidden()
    expect(chat.box).to_have_value("half a thought")
    page.clock.fast_forward("57:30")
    expect(question(page)).to_be_hidden()
    expect(chat.replies).to_have_count(1)


def test_escape_says_that_somebody_is_here_and_closes_nothing_else(page: Page, server_url: str, script: Script) -> None:
    page.goto(server_url)
    launcher(page).click()
    chat = ChatPage.inside(page)
    chat.ask("hello")
    page.clock.fast_forward("58:01")
    expect(chat.button("I am still here")).to_be_focused()
    page.keyboard.press("Escape")
    expect(chat.button("I am still here")).to_be_hidden()
    expect(launcher(page)).to_have_attribute("aria-expanded", "true")


def test_whoever_types_in_the_clinics_page_keeps_the_focus(page: Page, server_url: str, script: Script) -> None:
    page.goto(server_url)
    launcher(page).click()
    chat = ChatPage.inside(page)
    chat.ask("hello")
    launcher(page).focus()
    page.clock.fast_forward("58:01")
    expect(chat.button("I am still here")).to_be_visible()
    expect(launcher(page)).to_be_focused()
    chat.button("I am still here").click()
    expect(chat.button("I am still here")).to_be_hidden()
    expect(chat.replies).to_have_count(1)


def test_whoever_only_reads_is_known_to_be_here(page: Page, chat: ChatPage) -> None:
    chat.ask("hello")
    for turn in range(3):
        page.mouse.move(100 + turn, 300)
        with page.expect_request(PRESENCE):
            page.clock.fast_forward("40:00")
    expect(question(page)).to_be_hidden()


def test_what_comes_from_the_team_is_no_sign_of_the_patient(page: Page, chat: ChatPage, script: Script) -> None:
    chat.ask("hello")
    page.clock.fast_forward("40:00")
    script.staff_says("Good news. " * 200)
    expect(chat.view.locator(".message.staff")).to_be_visible()
    page.clock.fast_forward("18:01")
    expect(question(page)).to_be_visible()


def test_a_page_that_holds_nothing_asks_nothing(page: Page, chat: ChatPage) -> None:
    page.clock.fast_forward("03:00:00")
    page.clock.fast_forward("00:02")
    expect(question(page)).to_be_hidden()
    expect(page.locator("#cleared")).to_be_hidden()


def test_a_sheet_clears_itself(page: Page, clinic_url: str, script: Script) -> None:
    at = Stage(page, clinic_url, script)
    at.begin("/widget")
    begin_sheet(at)
    page.get_by_label("My allergies").fill("penicillin")
    expect(page.locator("#state")).to_have_text("Saved")
    leave(page)
    is_cleared(page, "penicillin")
    expect(page.get_by_role("heading", name="There is no sheet on this device")).to_be_visible()


def test_a_report_that_was_not_sent_clears_itself(page: Page, clinic_url: str) -> None:
    page.goto(f"{clinic_url}/widget/report")
    page.locator(".app[data-ready]").wait_for()
    page.get_by_label("What happened?").fill(WORDS)
    leave(page)
    is_cleared(page, WORDS)


def test_what_is_shown_of_my_data_clears_itself(page: Page, chat: ChatPage, server_url: str) -> None:
    chat.ask("my secret")
    page.goto(f"{server_url}/widget/privacy")
    page.get_by_role("button", name="Show what you know").click()
    page.get_by_role("button", name="Get a private code").first.click()
    expect(page.get_by_text(CODE)).to_be_visible()
    leave(page)
    is_cleared(page, "my secret", CODE)
    expect(page.get_by_role("textbox", name="Private code", exact=True)).to_be_visible()


def test_without_a_network_nothing_stays_but_whom_to_call(page: Page, chat: ChatPage) -> None:
    chat.ask("my secret")
    page.context.set_offline(True)
    leave(page)
    expect(page.locator("#cleared")).to_be_visible()
    expect(page.get_by_role("link", name="Emergency? Call 911")).to_be_visible()
    assert "secret" not in page.locator("body").inner_text()
    page.context.set_offline(False)
    is_cleared(page, "secret")


def test_a_server_that_is_down_takes_nothing_away(page: Page, chat: ChatPage) -> None:
    chat.ask("my secret")
    page.route("**/widget", lambda route: route.fulfill(status=503, body="{}"))
    leave(page)
    expect(page.locator("#cleared")).to_be_visible()
    page.clock.fast_forward("00:06")
    expect(page.get_by_role("link", name="Emergency? Call 911")).to_be_visible()
    page.unroute_all(behavior="ignoreErrors")
    page.clock.fast_forward("00:06")
    is_cleared(page, "secret")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("path", ["/widget", "/widget/privacy"])
def test_what_was_cleared_leads_on_even_on_a_phone_at_200_percent(
    page: Page, server_url: str, script: Script, path: str, language: str
) -> None:
    page.set_viewport_size({"width": 180, "height": 370})
    page.goto(f"{server_url}{path}?lang={language}")
    page.evaluate("sessionStorage.setItem('askwell', JSON.stringify({ cleared: true }))")
    page.reload()
    page.locator(".app[data-ready]").wait_for()
    cleared = page.locator("#cleared")
    expect(cleared.get_by_role("button", name="OK")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.querySelector('.app').scrollHeight") <= 370
    reopen = cleared.get_by_role("link")
    expect(reopen).to_have_count(0 if path == "/widget/privacy" else 1)
    if path != "/widget/privacy":
        expect(reopen).to_have_attribute("href", f"/widget/privacy?lang={language}")


def test_a_tab_that_comes_back_much_later_shows_nothing(page: Page, chat: ChatPage, server_url: str) -> None:
    chat.ask("hello")
    chat.box.fill("my secret")
    kept = page.evaluate("sessionStorage.getItem('askwell')")
    page.goto("about:blank")
    page.clock.fast_forward("02:00:00")
    page.goto(f"{server_url}/widget/privacy")
    page.evaluate("kept => sessionStorage.setItem('askwell', kept)", kept)
    page.goto(f"{server_url}/widget")
    is_cleared(page, "secret")


@pytest.fixture
def short_life(scripted: FastAPI) -> Iterator[None]:
    """The shortest life that a clinic can give a token."""
    settings = scripted.state.settings
    settings.token_idle_minutes = 1
    yield
    settings.token_idle_minutes = 60


@pytest.mark.usefixtures("short_life")
def test_a_life_of_one_minute_asks_half_a_minute_before_its_end(page: Page, server_url: str, script: Script) -> None:
    chat = ChatPage.at(page, server_url)
    chat.ask("my secret")
    page.clock.fast_forward("00:21")
    expect(question(page)).to_be_visible()
    page.clock.fast_forward("00:30")
    is_cleared(page, "secret")
