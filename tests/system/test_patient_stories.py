"""Three patients, from the clinic's page to the end, through the whole running system and a real browser.

`make pictures` keeps what they see in docs/images/stories; otherwise the pictures go to the tests' own folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.chat_page import ChatPage, launcher
from tests.browser.conftest import CHROMIUM, PATIENCE, QUIET
from tests.system.conftest import Assistant

PHONE = {"width": 390, "height": 780}
DESKTOP = {"width": 1180, "height": 860}
SECONDS_OFFLINE = 30
PDF_PATIENCE = 60_000  # ms; the first one starts the process that makes it


class Camera:
    """Takes pictures, and lets axe look at what is in them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, page: Page, name: str) -> None:
        """What the patient sees now."""
        found = Axe().run(page).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        page.screenshot(path=self._folder / f"{name}.png", animations="disabled")


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Camera:
    folder = Path(os.environ.get("ASKWELL_PICTURES") or tmp_path_factory.mktemp("stories"))
    folder.mkdir(parents=True, exist_ok=True)
    return Camera(folder)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield launched
        launched.close()


def arrive(browser: Browser, size: dict[str, int], scheme: str = "light") -> BrowserContext:
    context = browser.new_context(viewport=size, locale="en-US", color_scheme=scheme, accept_downloads=True)
    context.set_default_timeout(PATIENCE)
    return context


def reference_in(page: Page) -> str:
    return page.locator(".case strong").last.inner_text()


def test_a_general_asker_leaves_with_a_sheet(assistant: Assistant, browser: Browser, camera: Camera) -> None:
    with arrive(browser, DESKTOP) as context:
        page = context.new_page()
        page.goto(assistant.address)
        launcher(page).click()
        chat = ChatPage.inside(page)
        camera.take(page, "1-1-welcome")
        answer = chat.ask("Is exosome therapy approved by the FDA?")
        expect(answer.get_by_role("heading")).to_contain_text("FDA")
        answer.get_by_role("button", name="Yes", exact=True).click()
        answer.get_by_role("button", name="Add to my questions").click()
        expect(answer.get_by_text("Added to my questions.")).to_be_visible()
        camera.take(page, "1-2-answer")
        _survives_being_offline(context, chat)
        _fills_in_the_sheet(page, chat, camera)


def _survives_being_offline(context: BrowserContext, chat: ChatPage) -> None:
    own, replies = chat.own.count(), chat.replies.count()
    context.set_offline(True)
    chat.say("What are the risks?")
    expect(chat.own.last).to_contain_text("Your words are kept")
    chat.view.wait_for_timeout(SECONDS_OFFLINE * 1000)
    context.set_offline(False)
    expect(chat.replies).to_have_count(replies + 1)
    expect(chat.own).to_have_count(own + 1)
    expect(chat.own.last).to_contain_text("Delivered")


def _fills_in_the_sheet(page: Page, chat: ChatPage, camera: Camera) -> None:
    frame = chat.view
    chat.button("More").click()
    frame.get_by_role("link", name="My prep sheet", exact=True).click()
    sheet = page.frame_locator("askwell-launcher iframe")
    sheet.get_by_label("Why I am thinking about this treatment").fill(
        "My knee hurts on stairs. I want to garden again."
    )
    sheet.get_by_label("What matters most to me").fill("That it is safe, and that I can kneel.")
    expect(sheet.locator("#state")).to_contain_text("Saved")
    expect(sheet.locator("#list li")).not_to_have_count(0)
    expect(sheet.locator("#read li")).not_to_have_count(0)
    camera.take(page, "1-3-prep-sheet")
    with page.expect_download(timeout=PDF_PATIENCE) as download:
        sheet.get_by_role("button", name="Download PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    sheet.locator("#list-title").scroll_into_view_if_needed()
    camera.take(page, "1-4-questions")


def test_a_patient_with_lupus_gets_a_live_reply(assistant: Assistant, browser: Browser, camera: Camera) -> None:
    with arrive(browser, PHONE) as context:
        page = context.new_page()
        chat = ChatPage.at(page, assistant.address)
        offer = chat.ask("I have lupus and take hydroxychloroquine. Can I have exosome therapy?")
        camera.take(page, "2-1-offer")
        offer.get_by_role("button", name="Send it to the team").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_text("I have lupus and take hydroxychloroquine")).to_be_visible()
        camera.take(page, "2-2-consent")
        dialog.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_text("Sent. It is waiting for the clinic team.", exact=True)).to_be_visible()
        _is_answered_by_kim(assistant, page, chat, camera)


def _is_answered_by_kim(assistant: Assistant, page: Page, chat: ChatPage, camera: Camera) -> None:
    reference = reference_in(page)
    _staff(assistant, "claim", reference)
    expect(page.get_by_text("Kim Lee has your question.", exact=True)).to_be_visible()
    expect(page.get_by_text("Your messages now go to the clinic team.")).to_be_visible()
    _staff(assistant, "reply", reference, "Thank you for asking. Lupus matters here: bring your last blood results.")
    expect(page.locator(".message.staff")).to_contain_text("bring your last blood results")
    replies = chat.replies.count()
    chat.say("What are the risks?")
    expect(chat.own.last).to_contain_text("Delivered to the clinic team")
    camera.take(page, "2-3-live-reply")
    assert chat.replies.count() == replies
    _staff(assistant, "resolve", reference)
    expect(chat.replies).to_have_count(replies + 1)
    page.reload()
    chat.ready()
    expect(page.locator(".message.staff")).to_contain_text("bring your last blood results")
    expect(page.get_by_text("Closed.").first).to_be_visible()
    chat.ask("What are the risks?")
    camera.take(page, "2-4-assistant-is-back")


def _staff(assistant: Assistant, verb: str, reference: str, *words: str) -> None:
    done = assistant.askwell("handoffs", verb, reference, "--as", "Kim Lee", *words)
    assert done.returncode == 0, done.stderr


def test_a_patient_with_a_fever_gets_the_number_first(assistant: Assistant, browser: Browser, camera: Camera) -> None:
    with arrive(browser, PHONE, "dark") as context:
        page = context.new_page()
        chat = ChatPage.at(page, assistant.address)
        alarm = chat.ask("Since the injection yesterday I have a fever of 39.5 and chills")
        expect(alarm.get_by_role("link", name="Call 911 now")).to_be_visible()
        camera.take(page, "3-1-emergency")
        chat.button("More").click()
        page.get_by_role("link", name="After a treatment").click()
        expect(page.get_by_role("heading", name="First: is this an emergency?")).to_be_visible()
        camera.take(page, "3-2-report")
        page.get_by_role("textbox", name="What happened? (needed)").fill(
            "Shaking chills and a fever of 39.5 the day after an injection in my knee."
        )
        page.get_by_role("button", name="Send the report").click()
        expect(page.get_by_text("Your report has been sent")).to_be_visible()
        expect(page.get_by_role("heading", name="This may be an emergency")).to_be_visible()
        camera.take(page, "3-3-report-sent")
    listed = assistant.askwell("handoffs", "list", "--json")
    assert [one for one in listed.stdout.splitlines() if "adverse_event" in one]
