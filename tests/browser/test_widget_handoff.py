"""A question for the team: what is shared is asked first, and where it stands is always told."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.held import hold
from tests.browser.scripted_api import AWAY, Script

CONSENT = re.compile("/consent$")


def test_nothing_is_sent_and_no_reference_given_before_the_patient_agrees(chat: ChatPage, script: Script) -> None:
    chat.open_consent()
    expect(chat.replies).not_to_contain_text("AW-7K3Q")
    assert script.consents == []


def test_dialog_shows_what_is_shared_word_for_word_and_when_a_reply_comes(chat: ChatPage) -> None:
    chat.ask("My name is <b>Ann</b>")
    dialog = chat.open_consent()
    words = dialog.get_by_role("list").locator("q").all_text_contents()
    assert words == ["My name is <b>Ann</b>", "I have lupus, can I have it?"]
    expect(dialog).to_contain_text("They usually reply on Monday after 9 am.")
    expect(dialog.get_by_role("link", name="Call 911 now")).to_be_in_viewport()
    expect(dialog.get_by_role("link", name="Clinic (555) 010-0199")).to_be_in_viewport()


def test_who_waits_for_the_reply_here_learns_how_to_come_back_to_it(chat: ChatPage) -> None:
    # The device forgets the chat within an hour or with its tab, the team replies within a day.
    expect(chat.open_consent().get_by_role("radio", name="Here in this chat")).to_have_accessible_name(
        re.compile("private code")
    )


def test_a_typed_yes_shows_what_is_shared_and_send_sends_it(chat: ChatPage, script: Script) -> None:
    chat.ask("I have lupus, can I have it?")
    reply = chat.ask("yes please")
    dialog = chat.consent()
    assert dialog.locator("q").all_text_contents() == ["I have lupus, can I have it?", "yes please"]
    assert script.consents == []
    dialog.get_by_role("button", name="Send", exact=True).click()
    expect(reply.locator(".case")).to_contain_text("Sent. It is waiting for the clinic team.")
    expect(reply.locator(".case")).to_be_focused()
    expect(chat.notice).to_be_hidden()
    assert script.consents == [{"contact": {"way": "chat"}, "attach_sheet": False}]


def test_words_from_another_window_are_shown_before_they_are_sent(chat: ChatPage, script: Script) -> None:
    dialog = chat.open_consent()
    dialog.get_by_role("radio", name="By phone").check()
    dialog.get_by_label("Your phone number").fill("+1 555 010 0134")
    dialog.get_by_label("Also send my prep sheet").check()
    script.patient_says_elsewhere("And I take warfarin.")
    send = dialog.get_by_role("button", name="Send", exact=True)
    send.click()
    expect(dialog.get_by_role("alert").filter(has_text="You wrote more since")).to_be_visible()
    assert dialog.locator("q").all_text_contents() == ["I have lupus, can I have it?", "And I take warfarin."]
    assert script.consents == []
    send.click()
    expect(dialog).to_be_hidden()
    assert script.consents == [{"contact": {"way": "phone", "detail": "+1 555 010 0134"}, "attach_sheet": True}]


@pytest.mark.parametrize("way_out", ["Not now", "Escape"])
def test_a_typed_yes_that_is_not_confirmed_sends_nothing(
    page: Page, chat: ChatPage, script: Script, way_out: str
) -> None:
    chat.ask("I have lupus")
    reply = chat.ask("yes")
    dialog = chat.consent()
    if way_out == "Escape":
        page.keyboard.press("Escape")
    else:
        dialog.get_by_role("button", name=way_out).click()
    expect(dialog).to_be_hidden()
    expect(chat.box).to_be_focused()
    expect(reply).to_contain_text("Nothing is sent until you press Send there.")
    expect(reply.get_by_role("button", name="Send it to the team")).to_be_visible()
    assert (script.consents, script.newest.cases["AW-7K3Q"]["state"]) == ([], "offered")
    page.reload()
    expect(ChatPage(page).ready().replies).to_have_count(2)
    expect(chat.view.locator("dialog.consent")).to_have_count(0)


def test_a_typed_yes_is_answered_in_the_log_where_the_dialog_cannot_open(
    page: Page, chat: ChatPage, script: Script
) -> None:
    page.route("**/consent.js", lambda route: route.abort(), times=1)
    chat.ask("I have lupus")
    reply = chat.ask("yes")
    expect(chat.notice).to_contain_text("No connection")
    expect(reply).to_contain_text("Nothing is sent until you press Send there.")
    assert script.consents == []


def test_what_is_added_to_a_question_is_shown_first_and_then_said_to_be_added(chat: ChatPage, script: Script) -> None:
    chat.send_to_team()
    reply = chat.ask("one more")
    chat.consent().get_by_role("button", name="Not now").click()
    assert len(script.consents) == 1
    reply.get_by_role("button", name="Send it to the team").click()
    chat.consent().get_by_role("button", name="Send", exact=True).click()
    expect(chat.notice).to_have_text("Added to your question AW-7K3Q.")
    assert len(script.consents) == 2


def test_sent_question_shows_its_reference_and_state(page: Page, chat: ChatPage, script: Script) -> None:
    chat.send_to_team()
    expect(chat.replies).to_contain_text("Your reference AW-7K3Q")
    expect(chat.button("Send it to the team")).to_have_count(0)
    assert script.consents == [{"contact": {"way": "chat"}, "attach_sheet": False}]
    page.reload()
    expect(ChatPage(page).ready().replies).to_contain_text("Sent. It is waiting for the clinic team.")


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_card_that_waits_says_when_a_reply_comes_live_and_after_a_reload(
    page: Page, chat: ChatPage, script: Script, language: str
) -> None:
    chat.send_to_team()
    card = page.locator(".case")
    expect(card).to_contain_text(AWAY)
    page.goto(f"{page.url}?lang={language}")
    told = card.get_by_text(AWAY)
    expect(told).to_be_visible()
    assert told.get_attribute("lang") == "en"
    script.team_moves("AW-7K3Q", "claimed", by="Nurse Rivera")
    expect(card).to_contain_text("Nurse Rivera")
    expect(card).not_to_contain_text(AWAY)
    script.team_moves("AW-7K3Q", "waiting")
    expect(told).to_be_visible()


def test_a_card_that_waits_follows_the_clinics_hours(chat: ChatPage, script: Script) -> None:
    chat.send_to_team()
    script.hours_change("AW-7K3Q", "The team is here now.")
    card = chat.view.locator(".case")
    expect(card).to_contain_text("The team is here now.")
    expect(card).not_to_contain_text(AWAY)


def test_who_may_need_help_at_once_is_told_of_no_reply_to_wait_for(chat: ChatPage) -> None:
    card = chat.ask("I cannot breathe").locator(".case")
    expect(card).to_contain_text("It is waiting for the clinic team.")
    expect(card).not_to_contain_text(AWAY)


def test_double_click_on_send_agrees_once(chat: ChatPage, script: Script) -> None:
    script.delay = 0.3
    dialog = chat.open_consent()
    dialog.get_by_role("button", name="Send", exact=True).dblclick()
    expect(dialog).to_be_hidden()
    assert len(script.consents) == 1


def test_double_click_on_the_offer_opens_one_dialog(chat: ChatPage) -> None:
    chat.ask("I have lupus")
    chat.button("Send it to the team").dblclick()
    expect(chat.view.locator("dialog.consent")).to_have_count(1)


@pytest.mark.parametrize(
    ("way", "label", "entries"),
    [
        ("By phone", "Your phone number", ["", "call me", "123-4567-8901-2345-6789-01", "(555) 010-0134"]),
        ("By e-mail", "Your e-mail address", ["", "ann@", "ann@example.org"]),
    ],
)
def test_contact_is_asked_for_and_checked(
    chat: ChatPage, script: Script, way: str, label: str, entries: list[str]
) -> None:
    dialog = chat.open_consent()
    expect(dialog.get_by_role("textbox")).to_have_count(0)
    dialog.get_by_role("radio", name=way).check()
    field = dialog.get_by_role("textbox", name=label)
    for words in entries[:-1]:
        field.fill(words)
        field.press("Enter")
        expect(field).to_have_attribute("aria-invalid", "true")
    field.fill(entries[-1])
    field.press("Enter")
    expect(dialog).to_be_hidden()
    assert script.consents[0]["contact"]["detail"] == entries[-1]


def test_what_the_server_finds_wrong_is_shown_at_the_field(chat: ChatPage, script: Script) -> None:
    dialog = chat.open_consent()
    dialog.get_by_role("radio", name="By e-mail").check()
    field = dialog.get_by_role("textbox")
    field.fill("refused@example.org")
    field.press("Enter")
    expect(field).to_have_accessible_description("This address cannot be reached.")
    expect(field).to_be_focused()
    assert script.consents == []


FOOT_OF_ALL = """dialog => {
  const foot = dialog.querySelector('.foot').getBoundingClientRect();
  return foot.height / dialog.clientHeight;
}"""
HIDDEN_BY_FOOT = """problem => {
  const foot = problem.closest('dialog').querySelector('.foot').getBoundingClientRect();
  return problem.getBoundingClientRect().bottom - foot.top;
}"""


@pytest.mark.parametrize("language", ["en", "es"])
def test_on_a_phone_the_foot_leaves_room_to_read(page: Page, server_url: str, script: Script, language: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    ChatPage.at(page, server_url, f"?lang={language}")
    page.locator("#words").fill("I have lupus")
    page.keyboard.press("Enter")
    page.locator(".offer .strong").click()
    dialog = page.get_by_role("dialog")
    send = dialog.locator("[type=submit]")
    send.wait_for()
    assert dialog.evaluate(FOOT_OF_ALL) < 0.2
    dialog.locator("[value=phone]").check()
    assert dialog.locator("#consent-detail").evaluate(HIDDEN_BY_FOOT) <= 0
    send.click()
    assert dialog.locator("#consent-problem").evaluate(HIDDEN_BY_FOOT) <= 0


@pytest.mark.parametrize("status", [0, 429, 500, 503])
def test_failed_sending_keeps_everything_and_says_so(page: Page, chat: ChatPage, script: Script, status: int) -> None:
    dialog = chat.open_consent()
    dialog.get_by_role("radio", name="By phone").check()
    dialog.get_by_role("textbox").fill("(555) 010-0134")
    if status:
        script.failures = [(status, {}, "")]
    else:
        page.route(CONSENT, lambda route: route.abort(), times=1)
    send = dialog.get_by_role("button", name="Send", exact=True)
    send.click()
    expect(dialog.get_by_role("alert").last).to_contain_text("It was not sent")
    expect(dialog.get_by_role("textbox")).to_have_value("(555) 010-0134")
    expect(chat.replies).not_to_contain_text("waiting for the clinic team")
    send.click()
    expect(chat.replies).to_contain_text("Sent. It is waiting for the clinic team.")
    assert len(script.consents) == 1


def test_dialog_that_cannot_be_loaded_says_so_and_tries_again(chat: ChatPage, script: Script) -> None:
    chat.ask("I have lupus")
    script.failures = [(503, {}, "")]
    chat.button("Send it to the team").click()
    dialog = chat.view.get_by_role("dialog")
    expect(dialog).to_contain_text("nothing was sent")
    expect(dialog.get_by_role("link", name="Call 911 now")).to_be_in_viewport()
    dialog.get_by_role("button", name="Try again").click()
    expect(dialog.get_by_role("button", name="Send", exact=True)).to_be_visible()


def test_without_its_code_the_dialog_says_that_there_is_no_connection(page: Page, chat: ChatPage) -> None:
    page.route("**/consent.js", lambda route: route.abort(), times=1)
    chat.ask("I have lupus")
    chat.button("Send it to the team").click()
    expect(chat.notice).to_contain_text("No connection")


def test_expired_chat_ends_the_dialog(chat: ChatPage, script: Script) -> None:
    dialog = chat.open_consent()
    script.failures = [(401, {}, "")]
    dialog.get_by_role("button", name="Send", exact=True).click()
    expect(dialog).to_be_hidden()
    expect(chat.notice).to_contain_text("Your earlier chat has ended")


def test_not_now_sends_nothing_and_can_be_changed(chat: ChatPage, script: Script) -> None:
    offer = chat.ask("I have lupus")
    chat.button("Not now").click()
    expect(offer).to_contain_text("Not sent.")
    expect(offer).not_to_contain_text("AW-7K3Q")
    assert script.newest.cases["AW-7K3Q"]["state"] == "declined"
    chat.button("Send it to the team after all").click()
    chat.view.get_by_role("dialog").get_by_role("button", name="Send", exact=True).click()
    expect(offer).to_contain_text("Sent. It is waiting for the clinic team.")


def test_a_question_that_grows_at_the_end_stays_in_view(page: Page, chat: ChatPage, script: Script) -> None:
    page.set_viewport_size({"width": 360, "height": 420})
    case = chat.ask("I have lupus").locator(".case")
    chat.view.locator("#log").evaluate("log => log.scrollTo({ top: log.scrollHeight, behavior: 'instant' })")
    script.team_moves("AW-7K3Q", "waiting", by="Nurse Rivera")
    expect(case.get_by_text("They usually reply")).to_be_in_viewport(ratio=1)


def test_news_that_is_none_leaves_the_focus_on_the_button(chat: ChatPage, script: Script) -> None:
    # The stream tells of each question at its beginning, though its message has told of it.
    chat.ask("I have lupus")
    chat.button("Not now").focus()
    script.team_moves("AW-7K3Q", "offered")
    chat.hear_from_the_team(script)
    expect(chat.button("Not now")).to_be_focused()


def test_a_late_reply_to_not_now_does_not_take_the_focus_back(page: Page, chat: ChatPage, script: Script) -> None:
    offer = chat.ask("I have lupus")
    held = hold(page, "**/decline")
    with page.expect_request("**/decline"):
        chat.button("Not now").click()
    script.team_moves("AW-7K3Q", "declined")
    expect(offer).to_contain_text("Not sent.")
    chat.box.focus()
    with page.expect_response("**/decline") as arrived:
        held[0].continue_()
    arrived.value.finished()
    chat.box.evaluate("() => new Promise((done) => setTimeout(done, 50))")
    expect(chat.box).to_be_focused()


def test_refusal_that_is_not_saved_says_that_nothing_was_sent(chat: ChatPage, script: Script) -> None:
    chat.ask("I have lupus")
    script.failures = [(503, {}, "")]
    chat.button("Not now").click()
    expect(chat.notice).to_contain_text("Nothing was sent.")
    expect(chat.button("Send it to the team")).to_be_visible()


def test_state_follows_the_team(page: Page, chat: ChatPage, script: Script) -> None:
    chat.send_to_team()
    for state, shown in [
        ("claimed", "Nurse Rivera has your question."),
        ("answered", "Nurse Rivera has answered."),
        ("resolved", "Closed."),
    ]:
        script.team_moves("AW-7K3Q", state, by="Nurse Rivera")
        expect(chat.view.locator(".case")).to_contain_text(shown)
        expect(chat.announced).to_contain_text(f"Your question AW-7K3Q: {shown}")
    page.reload()
    expect(ChatPage(page).ready().view.locator(".case")).to_contain_text("Closed.")


def test_while_a_person_has_the_chat_messages_go_to_the_team(page: Page, chat: ChatPage, script: Script) -> None:
    chat.send_to_team()
    script.team_moves("AW-7K3Q", "claimed", by="Nurse Rivera")
    held = chat.view.locator("#held")
    expect(held).to_have_text("Your messages now go to the clinic team. Nurse Rivera has this chat.")
    script.delay = 0.5
    chat.say("Are you there?")
    expect(chat.own).to_have_count(2)
    expect(chat.view.locator("#typing")).to_be_hidden()
    expect(chat.own.last).to_contain_text("Delivered to the clinic team")
    page.reload()
    expect(ChatPage(page).ready().view.locator("#held")).to_contain_text("Nurse Rivera")
    script.team_moves("AW-7K3Q", "resolved")
    expect(held).to_be_hidden()
    expect(chat.notice).to_have_text("The automated assistant is back. It answers your next messages.")


def test_a_line_below_the_log_does_not_cover_the_newest_words(page: Page, chat: ChatPage, script: Script) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    chat.send_to_team()
    script.team_moves("AW-7K3Q", "claimed", by="Nurse Rivera")
    expect(chat.view.locator("#held")).to_be_visible()
    expect(chat.replies.last.locator(".meta")).to_be_in_viewport(ratio=1)


HELD_WHILE_SCROLLING = """log => log.addEventListener('scroll', () => {
  if (!log.scrollTop) return;
  const held = document.querySelector('#held');
  held.textContent = 'Your messages now go to the clinic team.';
  held.hidden = false;
})"""


def test_a_line_that_appears_while_the_log_still_scrolls_covers_nothing(
    page: Page, chat: ChatPage, script: Script
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    chat.ask("I have lupus")
    chat.ask("reaction")
    chat.log.evaluate("log => log.scrollTo({ top: 0, behavior: 'instant' })")
    script.delay = 6
    chat.log.evaluate(HELD_WHILE_SCROLLING)
    chat.say("Is it painful?")
    expect(chat.view.locator("#held")).to_be_visible()
    expect(chat.view.locator("#typing")).to_be_in_viewport(ratio=1)


def test_staff_are_shown_by_name(chat: ChatPage, script: Script) -> None:
    chat.send_to_team()
    script.staff_says("Which medicine?", by="Nurse Rivera")
    message = chat.view.get_by_role("article", name="Nurse Rivera, clinic team")
    expect(message).to_contain_text("Which medicine?")
    expect(chat.announced).to_contain_text("Nurse Rivera, clinic team: Which medicine?")


def test_emergency_shows_its_reference_without_asking(chat: ChatPage) -> None:
    reply = chat.ask("I cannot breathe")
    expect(reply).to_contain_text("Your reference AW-9D2M")
    expect(reply).to_contain_text("Marked urgent")
