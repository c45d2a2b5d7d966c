"""The prep sheet over the real API: it loses nothing, by mouse, by keyboard, offline and on paper."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Dialog, Locator, Page, ViewportSize, expect
from pypdf import PdfReader

from actions.registry import make_executor
from bot.safety.red_flags import RedFlags
from bot.settings import Settings
from bot.web import site
from bot.web.app import create_app
from bot.web.services import make_services
from tests.browser.conftest import free_port, serve
from tests.browser.held import hold
from tests.browser.states import BROKEN
from tests.support.scripted_brain import ScriptedBrain

PANEL: ViewportSize = {"width": 408, "height": 700}
PICTURES = os.environ.get("ASKWELL_PICTURES")
"""A folder to put screenshots in, for whoever wants to look at them."""

SAVED = "Saved"
STATES_SEEN = """state => {
  window.states = [];
  new MutationObserver(() => states.push(state.textContent)).observe(state, { childList: true });
}"""


class SheetPage:
    """The sheet as its patient uses it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.state = page.locator("#state")
        self.list = page.locator("#list > li")

    def part(self, label: str) -> Locator:
        """The box below a label."""
        return self.page.get_by_label(label, exact=True)

    def button(self, name: str) -> Locator:
        """A button by its name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def saved(self) -> None:
        """Wait until the server has it."""
        expect(self.state).to_have_text(SAVED)

    def ready(self) -> SheetPage:
        """Wait until it can be used."""
        self.page.locator("askwell-sheet[data-ready]").wait_for()
        return self


@pytest.fixture(scope="module")
def database_file(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copy(migrated_sqlite, tmp_path_factory.mktemp("sheet") / "askwell.db"))


@pytest.fixture(scope="module")
def real_url(database_file: Path, red_flags: RedFlags) -> Iterator[str]:
    """The whole of web, with a scripted brain."""
    settings = Settings(
        _env_file=None,
        data_dir=database_file.parent,
        database_url=f"sqlite:///{database_file}",
        brain_secret="a secret of the tests",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RedFlags, "load", lambda _folder: red_flags)
        services = make_services(settings, brain=ScriptedBrain())
        app: FastAPI = create_app(services, make_executor(services.responder, services.sheets))
        yield from serve(app, free_port())


def open_chat(page: Page, url: str) -> dict[str, str]:
    """Have a conversation, as the chat leaves it for the other pages of its frame."""
    session: dict[str, str] = page.request.post(f"{url}/api/v1/conversations").json()
    page.goto(f"{url}/widget/sheet")
    page.evaluate("session => sessionStorage.setItem('askwell', JSON.stringify({ session }))", session)
    return session


@pytest.fixture
def sheet(page: Page, real_url: str) -> SheetPage:
    """An open sheet of a new conversation."""
    open_chat(page, real_url)
    page.reload()
    return SheetPage(page).ready()


def stored(page: Page, url: str, session: dict[str, str]) -> dict[str, Any]:
    address = f"{url}/api/v1/conversations/{session['id']}/sheet"
    found: dict[str, Any] = page.request.get(address, headers={"Authorization": f"Bearer {session['token']}"}).json()
    return found


def session_of(page: Page) -> dict[str, str]:
    session: dict[str, str] = json.loads(page.evaluate("sessionStorage.getItem('askwell')"))["session"]
    return session


def parts_of(found: dict[str, Any]) -> dict[str, str]:
    return {part["id"]: part["text"] for section in found["sections"] for part in section["parts"] if part["text"]}


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def fill(sheet: SheetPage) -> None:
    """A sheet with something of everything."""
    sheet.part("Why I am thinking about this treatment").fill("My left knee hurts when I climb stairs.")
    sheet.page.get_by_text("Rules and approval").click()
    sheet.page.get_by_role("checkbox", name="Has a regulator reviewed this product?").check()
    sheet.part("Add a question of your own").fill("Can I drive home?")
    sheet.button("Add").click()
    sheet.button("Top question: Can I drive home?").click()
    sheet.page.get_by_role("group", name="I can say which").get_by_label("No", exact=True).check()
    sheet.saved()


def test_without_a_chat_the_page_says_so_and_leads_there(page: Page, real_url: str) -> None:
    page.goto(f"{real_url}/widget/sheet?accent=336699")
    SheetPage(page).ready()
    expect(page.get_by_role("heading", name="There is no sheet on this device")).to_be_visible()
    expect(page.get_by_role("link", name="Go to the chat")).to_have_attribute("href", "/widget?accent=336699")
    expect(page.get_by_role("link", name="I have a private code")).to_have_attribute(
        "href", "/widget/privacy?accent=336699"
    )
    expect(page.locator("#form")).to_be_hidden()


def test_a_chat_that_was_ended_has_no_sheet(page: Page, real_url: str) -> None:
    open_chat(page, real_url)
    page.evaluate('sessionStorage.askwell = sessionStorage.askwell.replace(/"token":"/, \'"token":"x\')')
    page.reload()
    expect(page.get_by_role("heading", name="There is no sheet on this device")).to_be_visible()


def test_words_after_the_end_of_the_chat_never_count_as_saved(sheet: SheetPage) -> None:
    sheet.page.route("**/sheet?*", lambda route: route.fulfill(status=401, json={}))
    sheet.part("My allergies").fill("penicillin")
    expect(sheet.state).to_contain_text("this sheet cannot be saved")
    sheet.state.evaluate(STATES_SEEN)
    sheet.part("My allergies").fill("penicillin, dust")
    sheet.page.wait_for_timeout(1500)
    expect(sheet.state).to_contain_text("this sheet cannot be saved")
    assert SAVED not in sheet.page.evaluate("window.states")


def test_unsaved_words_wait_for_a_sheet_that_could_not_be_loaded(sheet: SheetPage, real_url: str) -> None:
    page = sheet.page
    page.route("**/sheet?*", lambda route: route.abort())
    sheet.part("My allergies").fill("penicillin")
    expect(sheet.state).to_contain_text("Not saved yet")
    page.reload()
    expect(page.locator("#notice")).to_contain_text("The sheet could not be loaded.")
    sheet.state.evaluate(STATES_SEEN)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_timeout(500)
    assert page.evaluate("window.states") == []
    page.unroute_all(behavior="ignoreErrors")
    sheet.button("Try again").click()
    sheet.saved()
    assert parts_of(stored(page, real_url, session_of(page))) == {"allergies": "penicillin"}


def test_what_was_just_changed_does_not_count_as_saved(sheet: SheetPage) -> None:
    fill(sheet)
    held = hold(sheet.page, "**/sheet?*")
    sheet.state.evaluate(STATES_SEEN)
    with sheet.page.expect_request("**/sheet?*"):
        sheet.part("My allergies").type("dust")
        assert sheet.state.text_content() == "Saving…"
    assert sheet.page.evaluate("window.states") == ["Saving…"]
    held[0].continue_()
    sheet.saved()


def test_an_emergency_in_refused_words_is_shown_first(sheet: SheetPage) -> None:
    emergency = {"text": "Call 988", "html": "<p><strong>Call or text 988 now.</strong></p><script>1</script>"}
    body = {"detail": "too long", "emergency": emergency}
    sheet.page.route("**/sheet?*", lambda route: route.fulfill(status=422, json=body))
    sheet.part("My allergies").fill("I want to end it")
    alert = sheet.page.get_by_role("alert").filter(has_text="This may be an emergency")
    expect(alert).to_be_in_viewport()
    expect(alert.locator("strong")).to_have_text("Call or text 988 now.")
    expect(alert.get_by_role("link").first).to_have_attribute("href", "tel:988")
    expect(sheet.state).to_contain_text("Not saved")


def test_what_is_typed_is_saved_and_there_again(sheet: SheetPage, real_url: str) -> None:
    fill(sheet)
    expect(sheet.page.locator("#talk")).to_contain_text("which weighs more")
    sheet.page.reload()
    sheet.ready()
    expect(sheet.part("Why I am thinking about this treatment")).to_have_value(
        "My left knee hurts when I climb stairs."
    )
    expect(sheet.list).to_have_count(2)
    expect(sheet.page.locator("#talk")).to_contain_text("which weighs more")
    found = stored(sheet.page, real_url, session_of(sheet.page))
    assert [(item["text"], item["top"]) for item in found["questions"]] == [
        ("Has a regulator reviewed this product?", False),
        ("Can I drive home?", True),
    ]


def test_a_question_that_is_ticked_off_leaves_the_list(sheet: SheetPage) -> None:
    fill(sheet)
    sheet.page.get_by_role("checkbox", name="Has a regulator reviewed this product?").uncheck()
    expect(sheet.list).to_have_count(1)
    sheet.button("Take off the list: Can I drive home?").click()
    expect(sheet.page.locator("#list-empty")).to_be_visible()
    expect(sheet.page.locator("#list-title")).to_be_focused()


def test_questions_are_put_in_order_and_marked_by_keyboard(sheet: SheetPage) -> None:
    for words in ("One?", "Two?", "Three?", "Four?"):
        sheet.part("Add a question of your own").fill(words)
        sheet.part("Add a question of your own").press("Enter")
    sheet.button("Move up: Three?").focus()
    sheet.page.keyboard.press("Enter")
    expect(sheet.button("Move up: Three?")).to_be_focused()
    sheet.page.keyboard.press("Enter")
    expect(sheet.list.first).to_contain_text("Three?")
    expect(sheet.page.locator("#announcer")).to_have_text("Moved to place 1 of 4.")
    for words in ("One?", "Two?", "Three?", "Four?"):
        sheet.button(f"Top question: {words}").focus()
        sheet.page.keyboard.press("Space")
    expect(sheet.page.locator("#announcer")).to_contain_text("You have three top questions")
    expect(sheet.page.locator("[aria-pressed=true]")).to_have_count(3)
    sheet.saved()


def test_words_that_were_typed_offline_are_saved_when_the_network_is_back(
    context: BrowserContext, sheet: SheetPage, real_url: str
) -> None:
    context.set_offline(True)
    sheet.part("My allergies").fill("penicillin")
    expect(sheet.state).to_contain_text("Not saved yet")
    picture(sheet.page, "offline")
    context.set_offline(False)
    sheet.saved()
    assert parts_of(stored(sheet.page, real_url, session_of(sheet.page))) == {"allergies": "penicillin"}


def test_words_that_were_never_sent_are_there_after_leaving_and_coming_back(
    page: Page, sheet: SheetPage, real_url: str
) -> None:
    page.route("**/sheet?*", lambda route: route.abort() if route.request.method == "PUT" else route.continue_())
    sheet.part("My allergies").fill("penicillin")
    expect(sheet.state).to_contain_text("Not saved yet")
    sheet.page.get_by_role("link", name="Back to the chat").click()
    page.locator("askwell-chat[data-ready]").wait_for()
    page.unroute_all()
    page.goto(f"{real_url}/widget/sheet")
    sheet.ready()
    expect(sheet.part("My allergies")).to_have_value("penicillin")
    sheet.saved()
    assert parts_of(stored(page, real_url, session_of(page))) == {"allergies": "penicillin"}


def test_two_tabs_keep_both_their_words(context: BrowserContext, sheet: SheetPage, real_url: str) -> None:
    session = session_of(sheet.page)
    headers = {"Authorization": f"Bearer {session['token']}"}
    other = {"version": 0, "parts": {"reason": "from the other tab"}, "questions": [{"text": "Other?"}]}
    address = f"{real_url}/api/v1/conversations/{session['id']}/sheet"
    assert sheet.page.request.put(address, headers=headers, data=other).ok
    sheet.part("Why I am thinking about this treatment").fill("from this tab")
    sheet.part("Add a question of your own").fill("Mine?")
    sheet.button("Add").click()
    sheet.saved()
    found = stored(sheet.page, real_url, session)
    assert parts_of(found) == {"reason": "from the other tab\nfrom this tab"}
    assert {item["text"] for item in found["questions"]} == {"Mine?", "Other?"}
    expect(sheet.page.locator("#notice")).to_contain_text("Both versions are kept")
    expect(sheet.part("Add a question of your own")).to_be_focused()
    sheet.part("My allergies").fill("penicillin")
    expect(sheet.page.locator("#notice")).to_be_hidden()


def test_an_emergency_is_shown_first_with_numbers_to_call(sheet: SheetPage, real_url: str) -> None:
    sheet.part("Conditions I have now").fill(BROKEN)
    alert = sheet.page.get_by_role("alert").filter(has_text="This may be an emergency")
    expect(alert).to_be_in_viewport()
    expect(alert.get_by_role("link", name="Call 911 now")).to_have_attribute("href", "tel:911")
    sheet.saved()
    picture(sheet.page, "emergency")
    assert parts_of(stored(sheet.page, real_url, session_of(sheet.page))) == {"conditions": BROKEN}


def test_the_sheet_is_shared_after_a_look_at_what_is_shared(sheet: SheetPage, database_file: Path) -> None:
    fill(sheet)
    sheet.button("Share with the clinic").click()
    expect(sheet.page.get_by_role("dialog")).to_contain_text("The rest of your chat is not sent")
    sheet.page.keyboard.press("Escape")
    expect(sheet.button("Share with the clinic")).to_be_focused()
    expect(sheet.page.locator("#done")).to_be_empty()
    sheet.page.keyboard.press("Enter")
    sheet.button("Share it").click()
    expect(sheet.page.locator("#done")).to_contain_text("The clinic has your sheet. Your reference is")
    with closing(sqlite3.connect(database_file)) as database:
        (content,) = database.execute("SELECT content FROM handoff_attachment ORDER BY created_at DESC").fetchone()
    assert "Can I drive home?" in content


def test_an_address_that_only_the_server_refuses_is_mended_in_the_dialog(sheet: SheetPage) -> None:
    sheet.button("E-mail it to me").click()
    sheet.part("E-mail address").fill("a@[127.0.0.1]")
    sheet.page.keyboard.press("Enter")
    expect(sheet.page.locator("#to-problem")).to_have_text("Please check the e-mail address.")
    expect(sheet.part("E-mail address")).to_be_focused()
    expect(sheet.part("E-mail address")).to_have_value("a@[127.0.0.1]")
    expect(sheet.page.locator("#done")).to_be_empty()


def test_what_is_wrong_with_an_address_is_seen_on_a_phone_at_200_percent(sheet: SheetPage) -> None:
    sheet.page.set_viewport_size({"width": 180, "height": 370})
    sheet.button("E-mail it to me").click()
    sheet.part("E-mail address").fill("maria")
    sheet.page.keyboard.press("Enter")
    expect(sheet.page.locator("#to-problem")).to_be_in_viewport(ratio=0.9)


def test_a_mail_that_finds_no_network_says_so(sheet: SheetPage) -> None:
    sheet.page.route("**/sheet/email?*", lambda route: route.abort())
    sheet.button("E-mail it to me").click()
    sheet.part("E-mail address").fill("maria@example.org")
    sheet.page.keyboard.press("Enter")
    expect(sheet.page.locator("#done")).to_contain_text("The mail was not sent: there is no connection.")


def test_what_failed_does_not_look_like_what_worked(sheet: SheetPage) -> None:
    done = sheet.page.locator("#done")
    sheet.page.route("**/sheet.pdf?*", lambda route: route.abort())
    sheet.button("Download PDF").click()
    expect(done).to_contain_text("The PDF could not be made.")
    expect(done).to_have_class("bad")
    sheet.button("Share with the clinic").click()
    sheet.button("Share it").click()
    expect(done).to_contain_text("The clinic has your sheet.")
    expect(done).not_to_have_class("bad")


def test_a_demonstration_says_that_its_mail_went_nowhere(sheet: SheetPage) -> None:
    fill(sheet)
    sheet.button("E-mail it to me").click()
    sheet.part("E-mail address").fill("maria")
    sheet.page.keyboard.press("Enter")
    expect(sheet.page.locator("#to-problem")).to_have_text("Please check the e-mail address.")
    sheet.part("E-mail address").fill("maria@example.org")
    sheet.page.keyboard.press("Enter")
    expect(sheet.page.locator("#done")).to_contain_text("was not sent")


def test_the_pdf_is_downloaded_under_a_neutral_name(sheet: SheetPage, tmp_path: Path) -> None:
    fill(sheet)
    with sheet.page.expect_download() as waiting:
        sheet.button("Download PDF").click()
    waiting.value.save_as(tmp_path / "sheet.pdf")
    assert waiting.value.suggested_filename == "prep-sheet.pdf"
    with PdfReader(tmp_path / "sheet.pdf") as reader:
        assert "Can I drive home?" in "".join(page.extract_text() for page in reader.pages)


def test_without_pdf_there_is_printing(page: Page, real_url: str) -> None:
    def without_pdf(route: Any) -> None:
        response = route.fetch()
        route.fulfill(response=response, json=response.json() | {"pdf": False})

    page.route("**/sheet?*", without_pdf)
    open_chat(page, real_url)
    page.reload()
    sheet = SheetPage(page).ready()
    expect(sheet.button("Download PDF")).to_be_hidden()
    expect(page.get_by_text("A PDF cannot be made here. Print the page instead")).to_be_visible()


def test_on_paper_there_are_words_and_lines_and_no_buttons(sheet: SheetPage, tmp_path: Path) -> None:
    fill(sheet)
    path = Path(PICTURES or tmp_path) / "print.pdf"
    sheet.page.pdf(path=path, format="A4")
    with PdfReader(path) as reader:
        text = "\n".join(page.extract_text() for page in reader.pages)
    for words in ("My left knee hurts", "Can I drive home?", "My allergies", "Things to talk about", "not a clinician"):
        assert words in text
    for words in ("Download PDF", "Back to the chat", "Move up", "Is it made under GMP"):
        assert words not in text
    sheet.page.emulate_media(media="print")
    picture(sheet.page, "print")


def test_on_paper_the_emergency_line_is_dark_whatever_the_screen_was(sheet: SheetPage) -> None:
    sheet.page.emulate_media(media="print", color_scheme="dark")
    expect(sheet.page.locator("header .urgent")).to_have_css("color", "rgb(163, 23, 15)")


def test_on_paper_there_is_no_heading_over_nothing(sheet: SheetPage, tmp_path: Path) -> None:
    path = tmp_path / "print.pdf"
    sheet.page.pdf(path=path, format="Letter")
    with PdfReader(path) as reader:
        texts = [page.extract_text() for page in reader.pages]
    assert len(texts) == 2
    for words in ("What I read", "What I asked", "Where I stand"):
        assert words not in "\n".join(texts)
    assert "Questions to ask" in texts[0]


def test_the_whole_sheet_by_keyboard_alone(browser: Browser, real_url: str) -> None:
    page = browser.new_page(viewport=PANEL)
    open_chat(page, real_url)
    page.reload()
    sheet = SheetPage(page).ready()
    tab_to(page, "part-reason")
    page.keyboard.type("my knee")
    tab_to(page, "own")
    page.keyboard.type("Mine?")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    tab_to(page, "offer-reviewed")
    page.keyboard.press("Space")
    expect(sheet.list).to_have_count(2)
    tab_to(page, "share")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#done")).to_contain_text("Your reference is")
    picture(page, "panel-end")
    page.evaluate("document.querySelector('#scroll').scrollTo(0, 0)")
    picture(page, "panel")
    page.close()


def tab_to(page: Page, node_id: str) -> None:
    for _ in range(90):
        if page.evaluate("document.activeElement.id") == node_id:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{node_id} cannot be reached by keyboard")


@pytest.mark.parametrize("width", [320, 640])
def test_large_text_needs_no_sideways_scrolling(browser: Browser, real_url: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 400})
    open_chat(page, real_url)
    page.reload()
    sheet = SheetPage(page).ready()
    fill(sheet)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("#scroll").evaluate("node => node.scrollWidth <= node.clientWidth")
    page.close()


def test_hostile_words_stay_words(sheet: SheetPage) -> None:
    dialogs: list[Dialog] = []
    sheet.page.on("dialog", lambda dialog: dialogs.append(dialog))  # noqa: PLW0108 (Playwright wraps no built-in)
    hostile = "<img src=x onerror=alert(1)>{{7*7}}<script>alert(1)</script>"
    sheet.part("Why I am thinking about this treatment").fill(hostile)
    sheet.part("Add a question of your own").fill(hostile)
    sheet.button("Add").click()
    sheet.saved()
    sheet.page.reload()
    sheet.ready()
    expect(sheet.list.first).to_contain_text(hostile)
    assert not dialogs


def test_both_languages_have_the_same_words() -> None:
    names = [_names(site.catalogue("sheet", language)) for language in ("en", "es")]
    assert names[0] == names[1]


def _names(catalogue: site.Catalogue) -> set[str]:
    return {f"{section}.{name}" for section, words in catalogue.items() for name in words}
