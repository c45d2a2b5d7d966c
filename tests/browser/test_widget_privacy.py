"""My data: reading, saving, a private code, deletion; with and without a conversation on this device."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.web import site
from tests.browser.chat_page import ChatPage
from tests.browser.scripted_api import Script
from tests.browser.states import CODE
from tests.browser.test_widget_accessibility import tab_to


class DataPage:
    """The page, open and ready."""

    def __init__(self, page: Page, server_url: str) -> None:
        self.page = page
        self.address = f"{server_url}/widget/privacy"
        self.notice = page.locator("#notice")
        self.held = page.locator("#held")
        self.receipt = page.locator("#gone")
        self.code = page.locator("#code")
        self.typed = page.get_by_role("textbox", name="Private code", exact=True)

    def open(self) -> DataPage:
        self.page.goto(self.address)
        self.page.locator("askwell-privacy[data-ready]").wait_for()
        return self

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def saved_by(self, name: str) -> tuple[str, dict[str, object]]:
        """The name and content of the file that a button saves."""
        with self.page.expect_download() as waiting:
            self.button(name).click()
        return waiting.value.suggested_filename, json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))


@pytest.fixture
def talked(chat: ChatPage, server_url: str) -> DataPage:
    """The page of somebody who has said something."""
    chat.ask("hello from me")
    return DataPage(chat.box.page, server_url).open()


@pytest.fixture
def alone(page: Page, server_url: str, script: Script) -> DataPage:
    """The page on a device that has no conversation."""
    return DataPage(page, server_url).open()


def test_it_says_what_is_kept_by_whom_and_for_how_long(alone: DataPage) -> None:
    page = alone.page.locator("main")
    expect(page).to_contain_text("after 60 minutes without use, after 30 days")
    expect(page).to_contain_text("The clinic deletes the conversation 365 days after its last use.")
    expect(page).to_contain_text("The staff of Willow Lane Regenerative Clinic")


def test_everything_can_be_read_and_hidden_again(talked: DataPage) -> None:
    talked.button("Show what you know").click()
    expect(talked.held).to_contain_text("hello from me")
    expect(talked.held).to_contain_text("Automated assistant")
    expect(talked.button("Hide what you know")).to_have_attribute("aria-expanded", "true")
    talked.button("Hide what you know").click()
    expect(talked.held).to_be_hidden()


def test_no_mark_of_markdown_and_no_id_of_a_button_is_shown(talked: DataPage) -> None:
    talked.button("Show what you know").click()
    expect(talked.held).to_contain_text("Your reference is XK9M-R24A.")
    expect(talked.held.locator("dt", has_text="Button")).to_have_count(1)
    expect(talked.held).to_contain_text("Send it to the team")
    for raw in ("**", "handoff:accept"):
        expect(talked.held).not_to_contain_text(raw)


def test_a_patients_words_stay_words(chat: ChatPage, server_url: str) -> None:
    chat.ask("<img src=x onerror=window.hacked=1>")
    page = DataPage(chat.box.page, server_url).open()
    page.button("Show what you know").click()
    expect(page.held).to_contain_text("<img src=x")
    assert page.held.locator("img").count() == 0


def test_copies_are_saved_under_neutral_names(talked: DataPage) -> None:
    name, content = talked.saved_by("Save a copy")
    assert name == "record.json"
    assert "hello from me" in str(content)
    assert talked.saved_by("Save for a health app") == ("record.fhir.json", {"resourceType": "Bundle"})
    expect(talked.notice).to_have_text("The copy was saved on this device.")


def test_a_code_is_shown_once_and_copied(talked: DataPage) -> None:
    talked.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    talked.button("Get a private code").click()
    expect(talked.code).to_have_text(CODE)
    expect(talked.code).to_be_focused()
    talked.button("Copy the code").click()
    expect(talked.notice).to_have_text("The code was copied.")
    assert talked.page.evaluate("navigator.clipboard.readText()") == CODE
    talked.open()
    expect(talked.code).to_be_hidden()


def test_where_the_clipboard_is_closed_the_code_is_marked(talked: DataPage) -> None:
    talked.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }")
    talked.button("Get a private code").click()
    talked.button("Copy the code").click()
    expect(talked.notice).to_contain_text("Copy it by hand")
    assert talked.page.evaluate("getSelection().toString()").strip() == CODE


def test_deleting_asks_first_and_gives_a_receipt(talked: DataPage, script: Script) -> None:
    delete = talked.button("Delete my conversation")
    delete.click()
    expect(talked.button("Keep it")).to_be_focused()
    talked.button("Keep it").click()
    expect(delete).to_be_focused()
    assert len(script.conversations) == 1
    delete.click()
    talked.button("Delete everything").click()
    expect(talked.receipt).to_contain_text("Your conversation is deleted")
    expect(talked.page.locator("#gone-title")).to_be_focused()
    assert script.conversations == {}
    assert talked.page.evaluate("sessionStorage.getItem('askwell')") is None
    name, content = talked.saved_by("Save the receipt")
    assert (name, content["messages"]) == ("receipt.json", 2)
    expect(talked.typed).to_be_visible()


def test_a_code_opens_the_conversation_on_another_device(talked: DataPage, script: Script) -> None:
    talked.button("Get a private code").click()
    expect(talked.code).to_have_text(CODE)
    talked.page.evaluate("sessionStorage.clear()")
    talked.open()
    talked.typed.fill(CODE.lower())
    talked.button("Open my conversation").click()
    expect(talked.notice).to_contain_text("Your conversation is open on this device")
    talked.page.get_by_role("link", name="Back to the chat").click()
    expect(ChatPage(talked.page).ready().log).to_contain_text("hello from me")


def test_a_code_deletes_the_conversation_without_opening_it(talked: DataPage, script: Script) -> None:
    talked.button("Get a private code").click()
    expect(talked.code).to_have_text(CODE)
    talked.page.evaluate("sessionStorage.clear()")
    talked.open()
    talked.typed.fill(CODE)
    talked.button("Delete my conversation").click()
    talked.button("Delete everything").click()
    expect(talked.receipt).to_be_visible()
    assert script.conversations == {}


@pytest.mark.parametrize(
    ("typed", "said"), [("", "Type your private code first."), ("WRONG", "No conversation has this code.")]
)
def test_a_wrong_code_is_explained_where_it_was_typed(alone: DataPage, typed: str, said: str) -> None:
    alone.typed.fill(typed)
    alone.button("Open my conversation").click()
    expect(alone.page.get_by_role("alert")).to_contain_text(said)
    expect(alone.typed).to_be_focused()


def test_too_many_tries_say_how_long_to_wait(alone: DataPage, script: Script) -> None:
    script.failures = [(429, {"Retry-After": "42"}, "")]
    alone.typed.fill(CODE)
    alone.button("Open my conversation").click()
    expect(alone.notice).to_contain_text("Please wait 42 seconds")


def test_a_conversation_that_was_lost_meanwhile_is_forgotten_here(talked: DataPage, script: Script) -> None:
    script.forget_all()
    talked.button("Show what you know").click()
    expect(talked.notice).to_contain_text("This device has lost the conversation")
    expect(talked.typed).to_be_focused()
    assert talked.page.evaluate("sessionStorage.getItem('askwell')") is None


def test_without_a_connection_nothing_changes(talked: DataPage, script: Script) -> None:
    talked.page.route("**/api/v1/**", lambda route: route.abort())
    talked.button("Delete my conversation").click()
    talked.button("Delete everything").click()
    expect(talked.notice).to_contain_text("Nothing was changed")
    assert len(script.conversations) == 1


def test_the_whole_path_by_keyboard_alone(talked: DataPage) -> None:
    page = talked.page
    tab_to(page, "Show what you know")
    page.keyboard.press("Enter")
    expect(talked.held).to_contain_text("hello from me")
    tab_to(page, "Get a private code")
    page.keyboard.press("Enter")
    expect(talked.code).to_be_focused()
    tab_to(page, "Delete my conversation")
    page.keyboard.press("Enter")
    tab_to(page, "Delete everything")
    page.keyboard.press("Enter")
    expect(page.locator("#gone-title")).to_be_focused()
    tab_to(page, "typed")
    page.keyboard.type("WRONG")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("No conversation has this code.")


@pytest.mark.parametrize("width", [320, 640])
def test_large_text_needs_no_sideways_scrolling(browser: Browser, server_url: str, script: Script, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 400})
    ChatPage.at(page, server_url).ask("hello from me " * 20)
    data = DataPage(page, server_url).open()
    data.button("Show what you know").click()
    data.held.wait_for()
    assert page.locator("main").evaluate("node => node.scrollWidth <= node.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_both_languages_have_the_same_words() -> None:
    english, spanish = (site.catalogue("privacy", language) for language in ("en", "es"))
    assert {name: words.keys() for name, words in english.items()} == {
        name: words.keys() for name, words in spanish.items()
    }
