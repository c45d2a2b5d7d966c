"""The report after a treatment as a patient fills it in, over the real API."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Locator, Page, Route, expect

from bot.web import site
from tests.browser.states import WORDS
from tests.browser.test_widget_accessibility import MIDDLE, tab_to

MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script> {{7*7}} [x](javascript:alert(3))"


class ReportPage:
    """The report's page as its visitor uses it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.story = page.get_by_label("What happened?")
        self.sent = page.get_by_role("heading", name="Your report has been sent")
        self.problem = page.locator("#problem")
        self.send = page.get_by_role("button", name="Send the report")

    @classmethod
    def at(cls, page: Page, url: str, query: str = "") -> ReportPage:
        """Open the page by itself."""
        page.goto(f"{url}/widget/report{query}")
        return cls(page).ready()

    def ready(self) -> ReportPage:
        """Wait until it can be used."""
        self.page.locator("askwell-report[data-ready]").wait_for()
        return self

    def tell(self, words: str = WORDS) -> ReportPage:
        """Write what happened, send it, and wait until it is on record."""
        self.story.fill(words)
        self.send.click()
        expect(self.sent).to_be_visible()
        return self

    def button(self, name: str) -> Locator:
        """A button by its name."""
        return self.page.get_by_role("button", name=name)


@pytest.fixture
def report(page: Page, clinic_url: str) -> ReportPage:
    return ReportPage.at(page, clinic_url)


def on_record(page: Page, url: str) -> list[dict[str, object]]:
    """The reports of the tab's conversation, as the API has them."""
    kept = json.loads(page.evaluate("sessionStorage.getItem('askwell')"))["session"]
    headers = {"Authorization": f"Bearer {kept['token']}"}
    path = f"{url}/api/v1/conversations/{kept['id']}/reports"
    return list(httpx.get(path, headers=headers, trust_env=False).json()["reports"])


def test_the_emergency_check_stands_before_the_form(report: ReportPage) -> None:
    page = report.page
    expect(page.get_by_role("heading", name="First: is this an emergency?")).to_be_in_viewport()
    expect(page.get_by_role("listitem").filter(has_text="Trouble breathing")).to_be_in_viewport()
    expect(page.get_by_role("link", name="Call 911 now")).to_have_attribute("href", "tel:911")
    headings = page.get_by_role("heading", level=2).all_inner_texts()
    assert headings[0] == "First: is this an emergency?"
    expect(page.get_by_text("Automated assistant, not a clinician")).to_be_in_viewport()


def test_an_emergency_in_a_refused_report_stands_above_the_notice(report: ReportPage) -> None:
    emergency = {"text": "Call 911 now", "html": "<p><strong>Call 911 now</strong></p>"}
    report.page.route(
        "**/conversations",
        lambda route: route.fulfill(status=429, headers={"Retry-After": "40"}, json={"emergency": emergency}),
    )
    with report.page.expect_request("**/conversations") as opening:
        report.story.fill("I cannot breathe")
        report.send.click()
    assert opening.value.post_data_json == {"text": "I cannot breathe"}
    alert = report.page.locator("#form").get_by_role("alert")
    expect(alert.first).to_contain_text("This may be an emergency")
    expect(alert.first.get_by_role("link", name="Call 911 now")).to_be_visible()
    expect(alert.last).to_contain_text("Many people are writing at once.")


def test_a_report_without_a_conversation_opens_one_and_is_on_record(report: ReportPage, clinic_url: str) -> None:
    page = report.page
    page.get_by_label("Worse").check()
    page.get_by_label("Lot number").fill("L-7")
    report.tell()
    (found,) = on_record(page, clinic_url)
    assert found["fields"] == {"what_happened": WORDS, "now": "worse", "lot_number": "L-7"}
    expect(page.locator(".reference")).to_contain_text(str(found["reference"]))
    expect(page.get_by_text("Monday to Friday, 9 am to 5 pm")).to_be_visible()
    expect(page.get_by_role("link", name="FDA MedWatch")).to_have_attribute("href", "https://www.fda.gov/medwatch")
    expect(page.locator("dd").first).to_have_text(WORDS)
    expect(report.sent).to_be_focused()


@pytest.mark.parametrize("words", [WORDS, "I can't breathe"])
def test_how_to_reach_people_stays_in_view(browser: Browser, clinic_url: str, words: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    report = ReportPage.at(page, clinic_url).tell(words)
    report.button("Report something else").scroll_into_view_if_needed()
    expect(page.get_by_role("link", name="Emergency? Call 911")).to_be_in_viewport()
    expect(page.get_by_text("Automated assistant, not a clinician")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    page.close()


def test_an_emergency_comes_before_everything_else(report: ReportPage) -> None:
    report.tell("I can't breathe and my throat is swelling")
    alert = report.page.get_by_role("alert").filter(has_text="This may be an emergency")
    expect(alert).to_be_in_viewport()
    expect(alert).to_be_focused()
    expect(alert.get_by_role("link", name="Call 911 now")).to_be_in_viewport()
    expect(report.sent).to_be_attached()


def test_the_chat_shows_the_report_and_is_one_link_away(report: ReportPage) -> None:
    report.tell()
    report.page.get_by_role("link", name="Back to the chat").click()
    report.page.locator("askwell-chat[data-ready]").wait_for()
    expect(report.page.locator(".message.patient")).to_contain_text(WORDS)
    expect(report.page.locator(".message.bot")).to_contain_text("Marked urgent")


def test_links_keep_language_and_colour_and_nothing_personal(page: Page, clinic_url: str) -> None:
    report = ReportPage.at(page, clinic_url, "?lang=en&accent=803300").tell()
    assert page.url == f"{clinic_url}/widget/report?lang=en&accent=803300"
    assert page.title() == "Report after a treatment"
    expect(page.get_by_role("link", name="Back to the chat")).to_have_attribute("href", "/widget?lang=en&accent=803300")
    expect(report.sent).to_be_visible()


def test_what_is_missing_is_said_at_its_field(report: ReportPage) -> None:
    report.send.click()
    expect(report.story).to_be_focused()
    expect(report.story).to_have_accessible_description(
        "In your own words: what you noticed, where on the body, and how it went on. "
        "Please say what happened. A few words are enough."
    )
    assert report.story.get_attribute("aria-invalid") == "true"


def test_too_many_words_are_kept_and_counted(report: ReportPage) -> None:
    maker = report.page.get_by_label("Who made it?")
    report.story.fill(WORDS)
    maker.fill("m" * 2003)
    report.send.click()
    expect(maker).to_be_focused()
    expect(report.page.get_by_text("Characters too many: 3")).to_be_visible()
    expect(maker).to_have_value("m" * 2003)
    maker.fill("m" * 2000)
    report.send.click()
    expect(report.sent).to_be_visible()


def test_a_choice_can_be_taken_back(report: ReportPage, clinic_url: str) -> None:
    report.page.get_by_label("A donor").check()
    report.page.get_by_role("button", name="Clear this answer").click()
    report.tell()
    assert on_record(report.page, clinic_url)[0]["fields"] == {"what_happened": WORDS}


def test_words_survive_a_reload(report: ReportPage) -> None:
    report.story.fill(WORDS)
    report.page.get_by_label("My own").check()
    report.page.reload()
    report.ready()
    expect(report.story).to_have_value(WORDS)
    expect(report.page.get_by_label("My own")).to_be_checked()


def test_a_report_that_cannot_be_read_just_now_is_not_taken_for_unsent(report: ReportPage) -> None:
    reference = report.tell().page.locator(".reference").inner_text()
    report.page.route("**/reports/*", lambda route: route.abort())
    report.page.reload()
    report.ready()
    expect(report.page.locator("#send")).to_be_hidden()
    report.page.unroute_all(behavior="ignoreErrors")
    report.button("Load the form again").click()
    expect(report.page.locator(".reference")).to_have_text(reference)


def test_the_result_survives_a_reload_and_leads_to_another(report: ReportPage, clinic_url: str) -> None:
    reference = report.tell().page.locator(".reference").inner_text()
    report.page.reload()
    report.ready()
    expect(report.page.locator(".reference")).to_have_text(reference)
    report.button("Report something else").click()
    expect(report.story).to_be_focused()
    expect(report.story).to_have_value("")
    report.tell("Something else.")
    assert len(on_record(report.page, clinic_url)) == 2


def test_a_double_click_is_one_report(report: ReportPage, clinic_url: str) -> None:
    report.story.fill(WORDS)
    report.send.dblclick()
    expect(report.sent).to_be_visible()
    assert len(on_record(report.page, clinic_url)) == 1


def test_offline_words_are_kept_and_sent_when_the_connection_is_back(
    context: BrowserContext, report: ReportPage, clinic_url: str
) -> None:
    report.story.fill(WORDS)
    context.set_offline(True)
    report.send.click()
    expect(report.problem).to_contain_text("Your words are kept")
    expect(report.story).to_have_value(WORDS)
    context.set_offline(False)
    expect(report.sent).to_be_visible()
    assert len(on_record(report.page, clinic_url)) == 1


def test_a_lost_answer_does_not_make_two_reports(report: ReportPage, clinic_url: str) -> None:
    """The server has the report, and the browser does not know."""
    lost = threading.Event()

    def lose_first(route: Route) -> None:
        if route.request.method != "POST" or lost.is_set():
            return route.continue_()
        lost.set()
        route.fetch()
        return route.abort()

    report.page.route("**/reports?*", lose_first)
    report.story.fill(WORDS)
    report.send.click()
    expect(report.problem).to_contain_text("Not sent yet")
    report.send.click()
    expect(report.sent).to_be_visible()
    assert len(on_record(report.page, clinic_url)) == 1


def test_words_that_are_changed_after_a_failure_wait_for_the_patient(report: ReportPage, clinic_url: str) -> None:
    report.page.route("**/reports?*", lambda route: route.abort())
    report.story.fill(WORDS)
    report.send.click()
    expect(report.problem).to_contain_text("will be sent when the connection is back")
    report.story.fill("Something better put.")
    expect(report.problem).to_contain_text("Send them when you are ready")
    report.page.unroute("**/reports?*")
    report.send.click()
    expect(report.sent).to_be_visible()
    assert [found["fields"] for found in on_record(report.page, clinic_url)] == [
        {"what_happened": "Something better put."}
    ]


def test_an_expired_conversation_is_left_for_a_new_one(report: ReportPage, clinic_url: str) -> None:
    gone = {"session": {"id": "00000000-0000-4000-8000-000000000000", "token": "gone"}}
    report.page.evaluate("kept => sessionStorage.setItem('askwell', kept)", json.dumps(gone))
    report.tell()
    assert len(on_record(report.page, clinic_url)) == 1


def test_a_form_that_cannot_be_loaded_can_be_loaded_again(page: Page, clinic_url: str) -> None:
    page.route("**/report-form?*", lambda route: route.abort())
    report = ReportPage.at(page, clinic_url)
    expect(report.problem).to_contain_text("You can call the clinic instead")
    expect(page.get_by_role("link", name="Call 911 now")).to_be_visible()
    page.unroute("**/report-form?*")
    report.button("Load the form again").click()
    report.tell()


def test_markup_is_inert(page: Page, clinic_url: str) -> None:
    ran: list[str] = []

    def note(dialog: Dialog) -> None:
        ran.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    page.on("console", lambda message: ran.append(message.text) if "Policy" in message.text else None)
    report = ReportPage.at(page, clinic_url)
    page.get_by_label("Who made it?").fill(MARKUP)
    report.tell(MARKUP)
    expect(page.locator("dd").first).to_have_text(MARKUP)
    assert page.locator("#result img, #result script").count() == 0
    page.get_by_role("link", name="Back to the chat").click()
    page.locator("askwell-chat[data-ready]").wait_for()
    expect(page.locator(".message.patient")).to_contain_text("<img src=x")
    assert ran == []


def test_the_copy_is_saved_as_text(report: ReportPage) -> None:
    report.tell()
    reference = report.page.locator(".reference strong").inner_text()
    with report.page.expect_download() as download:
        report.button("Save a copy").click()
    assert download.value.suggested_filename == f"report-{reference}.txt"
    assert WORDS in Path(download.value.path()).read_text()


def test_the_printed_copy_holds_the_report_and_no_buttons(report: ReportPage) -> None:
    page = report.tell().page
    page.evaluate("window.print = () => { window.printed = true; }")
    report.button("Print a copy").click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    expect(page.locator(".reference")).to_be_visible()
    expect(page.get_by_text(WORDS)).to_be_visible()
    expect(page.get_by_text("Willow Lane Regenerative Clinic").first).to_be_visible()
    expect(report.button("Print a copy")).to_be_hidden()
    assert page.locator("#report").evaluate("node => node.scrollHeight <= node.clientHeight")


def test_the_whole_path_by_keyboard_alone(page: Page, clinic_url: str) -> None:
    report = ReportPage.at(page, clinic_url)
    tab_to_field(page, "what_happened")
    page.keyboard.type(WORDS)
    tab_to_field(page, "now")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    tab_to(page, "Send the report")
    page.keyboard.press("Enter")
    expect(report.sent).to_be_focused()
    (found,) = on_record(page, clinic_url)
    assert found["fields"] == {"what_happened": WORDS, "now": "same"}
    tab_to(page, "Report something else")
    page.keyboard.press("Enter")
    expect(report.story).to_be_focused()


def tab_to_field(page: Page, name: str) -> None:
    for _ in range(40):
        if page.evaluate("document.activeElement.name") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached by keyboard")


def test_a_focused_option_is_outlined_as_a_whole(report: ReportPage) -> None:
    tab_to_field(report.page, "now")
    style = "getComputedStyle(document.activeElement.closest('label')).outlineStyle"
    assert report.page.evaluate(style) == "solid"


@pytest.mark.parametrize("width", [320, 640])
def test_large_text_needs_no_sideways_scrolling(browser: Browser, clinic_url: str, width: int) -> None:
    """A 1280-pixel screen at 200 % and at 400 % zoom."""
    page = browser.new_page(viewport={"width": width, "height": 400})
    report = ReportPage.at(page, clinic_url)
    for _ in range(2):
        assert page.locator("#report").evaluate("node => node.scrollWidth <= node.clientWidth")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        report.tell("a" * 300) if not report.sent.count() else None
    page.close()


def test_right_to_left_mirrors_the_layout(report: ReportPage) -> None:
    option = report.page.locator(".options label").first
    assert option.evaluate(MIDDLE) < 0.5
    report.page.evaluate("document.documentElement.dir = 'rtl'")
    assert option.evaluate(MIDDLE) > 0.5


def test_every_language_of_the_page_has_the_same_words() -> None:
    english, spanish = (site.catalogue("report", language) for language in ("en", "es"))
    assert {name: set(words) for name, words in english.items()} == {
        name: set(words) for name, words in spanish.items()
    }


SHOWN = "dl => Object.fromEntries([...dl.querySelectorAll('dt')].map(dt => [dt.innerText, dt.nextSibling.innerText]))"


@pytest.mark.parametrize(
    ("language", "show", "lines"),
    [
        ("en", "Show what you know", {"What happened?": WORDS, "How is it now?": "Worse", "Lot number": "B-17"}),
        ("es", "Mostrar", {"¿Qué pasó?": WORDS, "¿Cómo está ahora?": "Peor", "Número de lote": "B-17"}),
    ],
)
def test_my_data_shows_a_report_with_the_labels_of_its_form(
    report: ReportPage, clinic_url: str, language: str, show: str, lines: dict[str, str]
) -> None:
    report.page.get_by_label("Worse").check()
    report.page.get_by_label("Lot number").fill("B-17")
    report.tell()
    report.page.goto(f"{clinic_url}/widget/privacy?lang={language}")
    report.page.get_by_role("button", name=show).click()
    shown = report.page.locator("#held dl").filter(has_text="B-17").last.evaluate(SHOWN)
    assert {label: shown.get(label) for label in lines} == lines
    expect(report.page.locator("#held")).not_to_contain_text("{")


def test_my_data_shows_a_report_even_without_the_form(report: ReportPage, clinic_url: str) -> None:
    report.tell()
    report.page.route("**/report-form?*", lambda route: route.abort())
    report.page.goto(f"{clinic_url}/widget/privacy")
    report.page.get_by_role("button", name="Show what you know").click()
    expect(report.page.locator("#held")).to_contain_text("what happened")
