"""From the first sight of the chat until its script is there: nothing that is typed or sent meanwhile is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.chat_page import ChatPage, launcher
from tests.browser.scripted_api import Script

SCRIPT = "**/chat/main.js"


class SlowChat(ChatPage):
    """The chat while its script is on its way."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._held: list[Route] = []
        page.route(SCRIPT, self._hold)

    def open(self, url: str) -> None:
        """Open the page, or open it again."""
        self.view.goto(url, wait_until="commit")
        expect(self.box).to_be_visible()

    def _hold(self, route: Route) -> None:
        self._held.append(route)

    def arrive(self) -> None:
        """Let the script come."""
        for route in self._held:
            route.continue_()
        self._held.clear()
        self.ready()


@pytest.fixture
def slow(page: Page, server_url: str, script: Script) -> SlowChat:
    """A fresh visitor's chat without its script."""
    chat = SlowChat(page)
    chat.open(f"{server_url}/widget")
    return chat


@pytest.fixture
def returning(page: Page, server_url: str, script: Script) -> SlowChat:
    """The chat of a visitor who was here before, without its script."""
    before = ChatPage.at(page, server_url)
    before.ask("reaction")
    before.box.fill("half a thought")
    chat = SlowChat(page)
    chat.open(f"{server_url}/widget")
    return chat


def test_disclosure_and_numbers_stand_before_the_script(slow: SlowChat) -> None:
    expect(slow.view.get_by_text("Automated assistant, not a clinician")).to_be_visible()
    expect(slow.view.get_by_role("link", name="Emergency? Call 911")).to_be_visible()
    expect(slow.view.get_by_role("link", name="Clinic (555) 010-0199")).to_be_visible()


def test_words_typed_before_the_script_are_kept(slow: SlowChat, script: Script) -> None:
    slow.box.press_sequentially("half a thought")
    slow.arrive()
    expect(slow.box).to_have_value("half a thought")
    assert slow.own.count() == 0
    slow.box.press("Enter")
    expect(slow.replies).to_have_count(1)
    assert script.patient_texts() == ["half a thought"]


def test_enter_before_the_script_sends_once(slow: SlowChat, script: Script) -> None:
    slow.box.fill("I cannot breathe")
    slow.box.press("Enter")
    slow.box.press("Enter")
    expect(slow.box).to_have_value("I cannot breathe")
    slow.arrive()
    expect(slow.view.get_by_role("alert").filter(has_text="This may be an emergency")).to_be_visible()
    expect(slow.box).to_have_value("")
    slow.ask("hello")
    assert script.patient_texts() == ["I cannot breathe", "hello"]


def test_click_on_send_before_the_script_sends_once(slow: SlowChat, script: Script) -> None:
    slow.box.fill("hello")
    slow.button("Send").dblclick()
    slow.arrive()
    expect(slow.replies).to_have_count(1)
    assert script.patient_texts() == ["hello"]


def test_words_typed_after_enter_stay_in_the_box(slow: SlowChat, script: Script) -> None:
    slow.box.fill("hello")
    slow.box.press("Enter")
    slow.box.press_sequentially(" and more")
    slow.arrive()
    expect(slow.replies).to_have_count(1)
    expect(slow.box).to_have_value(" and more")
    assert script.patient_texts() == ["hello"]


def test_words_changed_after_enter_are_not_sent(slow: SlowChat) -> None:
    slow.box.fill("hello")
    slow.box.press("Enter")
    slow.box.fill("help")
    slow.arrive()
    expect(slow.box).to_have_value("help")
    assert slow.own.count() == 0


def test_too_many_words_stay_in_the_box(slow: SlowChat) -> None:
    slow.box.fill("x" * 2001)
    slow.box.press("Enter")
    slow.arrive()
    expect(slow.box).to_have_value("x" * 2001)
    expect(slow.view.locator("#counter")).to_be_visible()
    assert slow.own.count() == 0


def test_enter_without_words_sends_nothing(slow: SlowChat) -> None:
    slow.box.press("Enter")
    slow.arrive()
    expect(slow.box).to_have_value("")
    assert slow.own.count() == 0


def test_shift_enter_makes_a_line_before_the_script_too(slow: SlowChat) -> None:
    slow.box.fill("First")
    slow.box.press("Shift+Enter")
    slow.arrive()
    expect(slow.box).to_have_value("First\n")


def test_draft_and_what_is_typed_on_top_of_it_are_both_kept(returning: SlowChat) -> None:
    returning.box.press_sequentially("another")
    returning.arrive()
    expect(returning.box).to_have_value("half a thought\nanother")
    expect(returning.replies).to_have_count(1)


def test_enter_before_the_script_goes_on_with_the_conversation(returning: SlowChat, script: Script) -> None:
    returning.box.fill("the weather")
    returning.box.press("Enter")
    returning.arrive()
    expect(returning.replies).to_have_count(2)
    expect(returning.own).to_have_count(2)
    expect(returning.box).to_have_value("half a thought")
    assert script.patient_texts() == ["reaction", "the weather"]


def test_topics_and_history_are_not_waited_for(page: Page, server_url: str, script: Script) -> None:
    ChatPage.at(page, server_url).ask("reaction")
    held: list[Route] = []
    page.route("**/api/v1/**", lambda route: _held_if_read(route, held))
    page.reload(wait_until="commit")
    chat = ChatPage(page).ready()
    chat.say("the weather")
    expect(chat.replies).to_have_count(1)
    for route in held:
        route.continue_()
    expect(chat.replies).to_have_count(2)
    expect(chat.view.get_by_text("People often ask")).to_be_hidden()
    assert script.patient_texts() == ["reaction", "the weather"]


def test_launcher_that_is_pointed_at_loads_the_chat_without_opening_it(page: Page, server_url: str) -> None:
    page.goto(server_url)
    launcher(page).hover()
    page.frame_locator("iframe").locator("askwell-chat[data-ready]").wait_for(state="attached")
    expect(page.locator("iframe")).to_be_hidden()
    expect(launcher(page)).to_have_attribute("aria-expanded", "false")
    launcher(page).click()
    expect(ChatPage.inside(page).box).to_be_focused()


def _held_if_read(route: Route, held: list[Route]) -> None:
    if route.request.url.endswith(("/topics", "/messages")) and route.request.method == "GET":
        held.append(route)
    else:
        route.continue_()
