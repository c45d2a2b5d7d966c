"""What a patient sees and does in the widget when all goes well."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.browser.chat_page import ChatPage, launcher
from tests.browser.scripted_api import Script

XSS = [
    "<img src=x onerror=window.hacked=1>",
    "<script>window.hacked=1</script>",
    "<svg/onload=window.hacked=1>",
    '"><iframe srcdoc="<script>parent.hacked=1</script>">',
    "javascript:window.hacked=1",
    "{{constructor.constructor('window.hacked=1')()}} ${window.hacked=1} %s {slot}",
]


def test_says_what_it_is_before_the_first_message(chat: ChatPage) -> None:
    expect(chat.view.get_by_text("Automated assistant, not a clinician")).to_be_visible()
    emergency = chat.view.get_by_role("link", name="Emergency? Call 911")
    expect(emergency).to_have_attribute("href", "tel:911")
    expect(chat.view.get_by_role("link", name="Clinic (555) 010-0199")).to_have_attribute("href", "tel:5550100199")


def test_disclosure_and_numbers_stay_in_view(chat: ChatPage) -> None:
    for _ in range(4):
        chat.ask("Can I have a reaction?")
    expect(chat.view.get_by_text("Automated assistant, not a clinician")).to_be_in_viewport()
    expect(chat.view.get_by_role("link", name="Emergency? Call 911")).to_be_in_viewport()


def test_answer_shows_question_source_reviewer_and_review_date(chat: ChatPage) -> None:
    reply = chat.ask("reviewed")
    expect(reply.get_by_role("heading", name="Can exosomes cause an immune reaction?")).to_be_visible()
    source = reply.get_by_role("link", name="Public Safety Notification")
    expect(source).to_have_attribute("target", "_blank")
    expect(source).to_have_attribute("rel", re.compile("noopener"))
    expect(reply).to_contain_text("Approved by Dr. Amara Osei on October 2, 2026. Next review by November 1, 2027.")


def test_starter_content_is_marked(chat: ChatPage) -> None:
    reply = chat.ask("reaction")
    expect(reply).to_contain_text("Starter content, not yet reviewed by a clinician of this clinic.")


def test_suggested_topic_is_asked_by_a_click(chat: ChatPage) -> None:
    chat.button("Can exosomes cause an immune reaction?").click()
    expect(chat.own).to_contain_text("Can exosomes cause an immune reaction?")
    expect(chat.replies).to_have_count(1)


def test_whole_conversation_can_be_printed(page: Page, chat: ChatPage, script: Script, tmp_path: Path) -> None:
    chat.ask("reaction")
    for number in range(30):
        script.staff_says(f"Line {number + 1} of a long talk.", by="Nurse Rivera")
    expect(page.locator(".message.staff")).to_have_count(30)
    path = tmp_path / "print.pdf"
    page.pdf(path=path, format="Letter")
    with PdfReader(path) as reader:
        text = "\n".join(printed.extract_text() for printed in reader.pages)
    for words in ("not a clinician", "Can exosomes cause an immune reaction?", "Line 1 of", "Line 30 of"):
        assert words in text
    assert "Was this what you asked?" not in text


def test_all_topics_can_be_browsed(chat: ChatPage) -> None:
    chat.button("All topics").click()
    expect(chat.view.get_by_role("heading", name="All topics")).to_be_focused()
    chat.view.get_by_text("Risks and safety").click()
    chat.button("Can exosomes cause an immune reaction?").click()
    expect(chat.replies.get_by_role("heading", name="Can exosomes cause an immune reaction?")).to_be_visible()


def test_double_click_asks_once(chat: ChatPage, script: Script) -> None:
    reply = chat.ask("side effects")
    reply.get_by_role("button", name="Can exosomes cause an immune reaction?").dblclick()
    expect(chat.replies).to_have_count(2)
    chat.ask("hello")
    assert script.patient_texts() == ["side effects", "Can exosomes cause an immune reaction?", "hello"]


def test_second_press_while_the_first_is_on_its_way_asks_once(chat: ChatPage, script: Script) -> None:
    chat.ask("side effects")
    script.delay = 0.5
    button = chat.button("Can exosomes cause an immune reaction?").last
    # In one go: on a slow machine the reply would be there before the third.
    button.evaluate("button => { for (let i = 0; i < 3; i++) button.click(); }")
    expect(chat.replies).to_have_count(2)
    assert len(script.patient_texts()) == 2


def test_double_click_on_send_sends_once(chat: ChatPage, script: Script) -> None:
    chat.box.fill("hello")
    chat.button("Send").dblclick()
    expect(chat.replies).to_have_count(1)
    assert script.patient_texts() == ["hello"]


def test_two_tabs_of_one_conversation_show_the_same(page: Page, chat: ChatPage, script: Script) -> None:
    chat.ask("hello")
    kept = page.evaluate("sessionStorage.getItem('askwell')")
    other_page = page.context.new_page()
    other_page.add_init_script(f"sessionStorage.setItem('askwell', {json.dumps(kept)})")
    other = ChatPage.at(other_page, page.url.removesuffix("/widget"))
    expect(other.replies).to_have_count(1)
    chat.ask("reaction")
    expect(other.replies).to_have_count(2)
    other.ask("the weather")
    expect(chat.replies).to_have_count(3)
    assert script.patient_texts() == ["hello", "reaction", "the weather"]


def test_report_of_what_happened_is_a_link(chat: ChatPage) -> None:
    link = chat.ask("it is swollen").get_by_role("link", name="Report what happened")
    expect(link).to_have_attribute("href", "/widget/report")


@pytest.mark.parametrize("query", ["", "?lang=es"])
def test_the_form_ends_with_a_link_that_opens_the_sheet(page: Page, chat: ChatPage, query: str) -> None:
    chat.ask("that was my last question")
    expect(chat.announced).to_contain_text("Open my prep sheet")
    page.goto(f"{page.url}{query}")
    page.get_by_role("link", name="Open my prep sheet").click()
    expect(page.locator("askwell-sheet")).to_be_visible()
    assert page.url.endswith(f"/widget/sheet{query}")


def test_did_you_mean_leads_to_the_answer(chat: ChatPage) -> None:
    reply = chat.ask("side effects")
    expect(reply.get_by_role("list", name="Did you mean one of these?")).to_be_visible()
    reply.get_by_role("button", name="Can exosomes cause an immune reaction?").click()
    expect(chat.replies.last.get_by_role("heading")).to_contain_text("Can exosomes cause an immune reaction?")


def test_ending_while_the_team_has_a_question_offers_a_private_code_first(chat: ChatPage) -> None:
    chat.send_to_team()
    chat.end_chat()
    dialog = chat.view.get_by_role("dialog", name="End this chat?")
    expect(dialog).to_have_accessible_description(re.compile("you will not see a reply that comes here"))
    code = dialog.get_by_role("link", name="Get a private code")
    expect(code).to_be_focused()
    code.click()
    expect(chat.view.get_by_role("button", name="Get a private code")).to_be_visible()


def test_ending_without_an_open_question_says_nothing_of_a_reply(chat: ChatPage, script: Script) -> None:
    chat.send_to_team()
    script.team_moves("AW-7K3Q", "resolved")
    chat.view.locator(".stands", has_text="Closed.").wait_for()
    chat.end_chat()
    expect(chat.view.get_by_text("you will not see a reply")).to_be_hidden()


def test_chat_that_was_deleted_elsewhere_says_so(chat: ChatPage, page: Page, server_url: str) -> None:
    chat.ask("hello")
    kept = page.evaluate("sessionStorage.getItem('askwell')")
    other = page.context.new_page()
    other.goto(f"{server_url}/widget/privacy")
    other.evaluate("kept => sessionStorage.setItem('askwell', kept)", kept)
    other.reload()
    other.get_by_role("button", name="Delete my conversation").click()
    other.get_by_role("button", name="Delete everything").click()
    expect(chat.notice).to_have_text("This chat was deleted, at the clinic too. You can start a new one.")
    expect(chat.own).to_have_count(0)


def test_emergency_is_an_alert_with_numbers_to_call(chat: ChatPage) -> None:
    chat.say("I cannot breathe")
    alert = chat.view.get_by_role("alert").filter(has_text="This may be an emergency")
    expect(alert).to_be_visible()
    expect(alert.get_by_role("link", name="Call 911 now")).to_have_attribute("href", "tel:911")


def test_crisis_line_comes_first_where_the_words_speak_of_it(chat: ChatPage) -> None:
    reply = chat.ask("It is hopeless")
    expect(reply.get_by_role("link").first).to_have_attribute("href", "tel:988")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("the weather", "I can only answer general questions"),
        ("the price", "This answer is being reviewed"),
        ("is it broken", "No answer right now"),
    ],
)
def test_every_other_kind_of_reply_has_its_look(chat: ChatPage, words: str, shown: str) -> None:
    expect(chat.ask(words)).to_contain_text(shown)


def test_enter_sends_and_shift_enter_makes_a_line(chat: ChatPage, script: Script) -> None:
    chat.box.fill("First")
    chat.box.press("Shift+Enter")
    chat.box.press_sequentially("second")
    chat.box.press("Enter")
    expect(chat.replies).to_have_count(1)
    assert script.patient_texts() == ["First\nsecond"]


def test_what_can_be_said_to_an_offer_stands_in_one_line_on_a_phone(
    browser: Browser, server_url: str, script: Script
) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    chat = ChatPage.at(page, server_url)
    chat.ask("I have lupus")
    assert page.locator(".offer .chips").evaluate("node => node.offsetHeight") < 60
    page.close()


def test_dots_are_there_before_the_server_answers(page: Page, chat: ChatPage) -> None:
    chat.ask("hello")
    page.route(re.compile("/messages$"), lambda _route: None)
    chat.say("again")
    expect(chat.own.last).to_contain_text("Sending…")
    expect(chat.view.locator("#typing")).to_be_in_viewport()


def test_typing_and_delivery_are_shown(chat: ChatPage, script: Script) -> None:
    script.delay = 2
    chat.say("Hello")
    expect(chat.view.locator("#typing")).to_be_visible()
    expect(chat.own).to_contain_text("Hello")
    expect(chat.replies).to_have_count(1)
    expect(chat.view.locator("#typing")).to_be_hidden()
    expect(chat.own).to_contain_text("Delivered")


def test_reload_keeps_history_and_draft(page: Page, chat: ChatPage) -> None:
    chat.ask("reaction")
    chat.box.fill("half a thought")
    page.reload()
    again = ChatPage(page).ready()
    expect(again.own).to_contain_text("reaction")
    expect(again.replies).to_have_count(1)
    expect(again.box).to_have_value("half a thought")


def test_staff_reply_arrives_live(chat: ChatPage, script: Script) -> None:
    chat.ask("I have lupus")
    script.staff_says("A nurse will call you.")
    expect(chat.view.locator(".message.staff")).to_contain_text("A nurse will call you.")
    expect(chat.announced).to_contain_text("Clinic team: A nurse will call you.")


def test_only_new_replies_are_announced(page: Page, chat: ChatPage) -> None:
    chat.ask("reaction")
    expect(chat.announced).to_contain_text("Assistant: ")
    expect(chat.announced).not_to_contain_text("12:")
    page.reload()
    again = ChatPage(page).ready()
    expect(again.replies).to_have_count(1)
    expect(again.announced).to_be_empty()
    expect(again.log).to_have_attribute("aria-live", "off")


def test_end_chat_clears_the_device(page: Page, chat: ChatPage) -> None:
    chat.ask("reaction")
    chat.end_chat()
    chat.view.get_by_role("dialog").get_by_role("button", name="End chat").click()
    expect(chat.notice).to_contain_text("This device has forgotten it")
    expect(chat.replies).to_have_count(0)
    assert page.evaluate("JSON.stringify([sessionStorage, localStorage])") == "[{},{}]"
    page.reload()
    expect(ChatPage(page).ready().own).to_have_count(0)


def test_escape_keeps_the_chat_though_one_was_ended_before(chat: ChatPage) -> None:
    chat.ask("reaction")
    chat.end_chat()
    chat.view.get_by_role("dialog").get_by_role("button", name="End chat").click()
    expect(chat.replies).to_have_count(0)
    chat.ask("hello")
    chat.end_chat()
    chat.box.page.keyboard.press("Escape")
    expect(chat.view.get_by_role("dialog")).to_be_hidden()
    expect(chat.replies).to_have_count(1)


def test_end_chat_is_offered_only_when_there_is_one(chat: ChatPage) -> None:
    chat.button("More").click()
    expect(chat.view.get_by_role("link", name="My prep sheet")).to_be_visible()
    expect(chat.button("End chat")).to_be_hidden()


def test_other_pages_keep_language_and_colour(page: Page, server_url: str, script: Script) -> None:
    query = "?clinic=demo&lang=es&accent=7a1f5c"
    ChatPage.at(page, server_url, query)
    page.get_by_role("button", name="Más").click()
    addresses = (
        page.get_by_role("navigation")
        .get_by_role("link")
        .evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    )
    assert addresses == [f"/widget/{name}{query}" for name in ("sheet", "report", "privacy")]


def test_menu_closes_with_escape_and_leaves_the_chat_open(page: Page, server_url: str, script: Script) -> None:
    page.goto(server_url)
    launcher(page).click()
    chat = ChatPage.inside(page)
    chat.button("More").click()
    page.keyboard.press("Escape")
    expect(chat.view.get_by_role("navigation")).to_be_hidden()
    expect(chat.button("More")).to_be_focused()
    expect(launcher(page)).to_have_attribute("aria-expanded", "true")


def test_keep_chatting_keeps_the_chat(chat: ChatPage) -> None:
    chat.ask("reaction")
    chat.end_chat()
    chat.button("Keep chatting").click()
    expect(chat.replies).to_have_count(1)
    expect(chat.button("More")).to_be_focused()


@pytest.mark.parametrize("payload", XSS)
def test_what_the_patient_types_is_inert(page: Page, chat: ChatPage, payload: str) -> None:
    chat.ask(payload)
    expect(chat.own.locator(".body")).to_have_text(payload)
    page.reload()
    expect(ChatPage(page).ready().own.locator(".body")).to_have_text(payload)
    assert page.evaluate("window.hacked") is None


def test_html_of_a_reply_is_cleaned_once_more(page: Page, chat: ChatPage) -> None:
    reply = chat.ask("hostile")
    kept = reply.locator(".words").evaluate("node => node.innerHTML")
    good = '<a href="https://www.fda.gov/" target="_blank" rel="noopener noreferrer">good</a>'
    assert kept == f"<p>Plain <a>bad</a> {good}</p>"
    assert page.evaluate("window.hacked") is None


def test_html_needs_the_trusted_types_policy(page: Page, chat: ChatPage) -> None:
    refused = page.evaluate("() => { try { document.body.innerHTML = 'x'; } catch (e) { return e.name; } }")
    assert refused == "TypeError"
    refused = page.evaluate("() => { try { trustedTypes.createPolicy('other', {}); } catch (e) { return e.name; } }")
    assert refused == "TypeError"


def test_nothing_breaks_the_policy_or_leaves_the_origin(browser: Browser, server_url: str, script: Script) -> None:
    page = browser.new_page()
    requests: list[str] = []
    problems: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    chat = ChatPage.at(page, server_url)
    chat.ask("reaction")
    chat.ask("I cannot breathe")
    assert [url for url in requests if not url.startswith(server_url)] == []
    assert problems == []
    page.close()
