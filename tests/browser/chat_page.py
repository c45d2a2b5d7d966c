"""The widget as its visitor uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Frame, Locator, Page, expect

if TYPE_CHECKING:
    from tests.browser.scripted_api import Script


class ChatPage:
    """The chat, open in a page of its own or in a clinic's page."""

    def __init__(self, view: Page | Frame) -> None:
        self.view = view
        self.box = view.get_by_role("textbox", name="Your question")
        self.log = view.get_by_role("log")
        self.replies = view.locator(".message.bot")
        self.own = view.locator(".message.patient")
        self.notice = view.locator("#notice")
        self.announced = view.locator("#announcer")

    @classmethod
    def at(cls, page: Page, server_url: str, query: str = "") -> ChatPage:
        """Open the widget by itself."""
        page.goto(f"{server_url}/widget{query}")
        return cls(page).ready()

    @classmethod
    def inside(cls, page: Page) -> ChatPage:
        """The widget in the iframe of an open clinic page."""
        frame = page.locator("iframe").element_handle().content_frame()
        assert frame is not None
        return cls(frame).ready()

    def ready(self) -> ChatPage:
        """Wait until the widget can be used."""
        self.view.locator("askwell-chat[data-ready]").wait_for()
        return self

    def say(self, words: str) -> None:
        """Type and send."""
        self.box.fill(words)
        self.box.press("Enter")

    def ask(self, words: str) -> Locator:
        """Type, send, and wait for the next reply."""
        before = self.replies.count()
        self.say(words)
        expect(self.replies).to_have_count(before + 1)
        return self.replies.nth(before)

    def hear_from_the_team(self, script: Script) -> None:
        """Have the team say a word, which proves that the chat listens.

        A stream of events that opens after an outage began would tell that the outage is over.
        """
        script.staff_says("We are here.")
        expect(self.log.get_by_text("We are here.")).to_be_visible()

    def end_chat(self) -> None:
        """Choose to end the chat; the dialog asks once more."""
        self.button("More").click()
        self.button("End chat").click()

    def open_consent(self) -> Locator:
        """Ask something personal and open the dialog that sends it to the team."""
        self.ask("I have lupus, can I have it?")
        self.button("Send it to the team").click()
        return self.consent()

    def consent(self) -> Locator:
        """The dialog that shows what is shared, once it has loaded."""
        dialog = self.view.get_by_role("dialog", name="Send your question to the clinic team?")
        dialog.get_by_role("button", name="Send", exact=True).wait_for()
        return dialog

    def send_to_team(self) -> None:
        """Ask something personal and send it to the team."""
        dialog = self.open_consent()
        dialog.get_by_role("button", name="Send", exact=True).click()
        dialog.wait_for(state="hidden")
        self.view.locator(".case").get_by_text("Sent. It is waiting for the clinic team.").wait_for()

    def button(self, name: str) -> Locator:
        """A button by its name."""
        return self.view.get_by_role("button", name=name, exact=True)


def launcher(page: Page) -> Locator:
    """The button that the loader adds to a clinic's page."""
    return page.locator("askwell-launcher").get_by_role("button")
