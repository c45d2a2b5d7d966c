"""What the widget does when the network or the API fails: the words are kept, and never doubled."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.chat_page import ChatPage
from tests.browser.scripted_api import Script, reply

SENDING = re.compile(r"/conversations/[^/]+/messages$")
FAST_CLOCK = "const real = setTimeout; window.setTimeout = (run, ms, ...rest) => real(run, ms / 20, ...rest);"


def lose_answers(page: Page, times: int) -> None:
    """Let sends reach the server, and lose what it answers."""

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route(SENDING, lose, times=times)


def test_network_failure_keeps_the_words(page: Page, chat: ChatPage, script: Script) -> None:
    chat.ask("hello")
    page.route(SENDING, lambda route: route.abort(), times=1)
    chat.say("Is it painful?")
    expect(chat.own.last).to_contain_text("Not sent yet. Your words are kept.")
    chat.button("Try again").click()
    expect(chat.replies).to_have_count(2)
    assert script.patient_texts() == ["hello", "Is it painful?"]


def test_lost_answer_does_not_double_the_message(page: Page, chat: ChatPage, script: Script) -> None:
    chat.ask("hello")
    lose_answers(page, 1)
    chat.say("Is it painful?")
    expect(chat.replies).to_have_count(2)
    expect(chat.own).to_have_count(2)
    assert script.patient_texts() == ["hello", "Is it painful?"]


def test_lost_answer_to_the_first_message_is_retried_under_one_id(page: Page, chat: ChatPage, script: Script) -> None:
    page.route(re.compile("/events$"), lambda route: route.abort())
    lose_answers(page, 1)
    chat.say("Is it painful?")
    chat.button("Try again").click()
    expect(chat.replies).to_have_count(1)
    assert script.patient_texts() == ["Is it painful?"]


def test_words_survive_a_reload_while_offline(page: Page, chat: ChatPage, script: Script) -> None:
    page.route(re.compile("/conversations"), lambda route: route.abort(), times=1)
    chat.say("Is it painful?")
    expect(chat.own).to_contain_text("Not sent yet")
    page.reload()
    again = ChatPage(page).ready()
    expect(again.replies).to_have_count(1)
    expect(again.own).to_have_count(1)
    assert script.patient_texts() == ["Is it painful?"]


def test_failed_message_is_sent_by_itself_later(page: Page, server_url: str, script: Script) -> None:
    page.add_init_script(FAST_CLOCK)
    chat = ChatPage.at(page, server_url)
    script.failures = [(503, {}, ""), (503, {}, "")]
    chat.say("hello")
    expect(chat.replies).to_have_count(1)
    assert script.patient_texts() == ["hello"]


def test_offline_in_the_middle_loses_and_doubles_nothing(page: Page, chat: ChatPage, script: Script) -> None:
    chat.ask("first")
    chat.hear_from_the_team(script)
    page.context.set_offline(True)
    expect(chat.notice).to_contain_text("No connection")
    chat.say("second")
    expect(chat.own.last).to_contain_text("Not sent yet")
    page.context.set_offline(False)
    expect(chat.replies).to_have_count(2)
    chat.ask("third")
    assert script.patient_texts() == ["first", "second", "third"]


@pytest.mark.parametrize("words", ["", "hello"])
def test_notice_of_a_short_outage_goes_when_it_is_over(page: Page, chat: ChatPage, script: Script, words: str) -> None:
    if words:
        chat.ask(words)
        chat.hear_from_the_team(script)
    page.context.set_offline(True)
    expect(chat.notice).to_contain_text("No connection")
    page.wait_for_timeout(500)
    page.context.set_offline(False)
    expect(chat.notice).to_be_hidden()


def test_notice_of_an_outage_goes_when_anything_arrives(page: Page, chat: ChatPage, script: Script) -> None:
    chat.ask("hello")
    chat.hear_from_the_team(script)
    page.route("**/topics", lambda route: route.abort())
    page.evaluate("dispatchEvent(new Event('offline'))")
    expect(chat.notice).to_contain_text("No connection")
    script.staff_says("Are you there?")
    expect(chat.notice).to_be_hidden()


def test_six_seconds_offline_lose_and_double_nothing(page: Page, chat: ChatPage, script: Script) -> None:
    chat.ask("first")
    page.context.set_offline(True)
    for words in ("second", "third"):
        chat.say(words)
    script.newest.add(reply("smalltalk", "<p>Said while you were away.</p>"))
    page.wait_for_timeout(6000)
    chat.box.fill("half a thought")
    page.context.set_offline(False)
    expect(chat.replies).to_have_count(4)
    expect(chat.own).to_have_count(3)
    expect(chat.box).to_have_value("half a thought")
    assert sorted(script.patient_texts()) == ["first", "second", "third"]


def test_second_message_does_not_wait_for_a_stuck_first(page: Page, chat: ChatPage) -> None:
    chat.ask("hello")
    page.route(SENDING, lambda route: route.abort(), times=1)
    chat.say("stuck")
    expect(chat.own.last).to_contain_text("Not sent yet")
    expect(chat.ask("I cannot breathe")).to_contain_text("This may be an emergency")


def test_over_long_words_stay_in_the_box_with_the_reason(chat: ChatPage, script: Script) -> None:
    chat.box.fill("a" * 1850)
    expect(chat.view.locator("#counter")).to_have_text("Characters left: 150")
    chat.box.fill("a" * 2001)
    chat.box.press("Enter")
    expect(chat.box).to_have_value("a" * 2001)
    expect(chat.view.get_by_role("alert")).to_contain_text("longer than 2000 characters")
    assert script.conversations == {}


def test_fifty_kilobytes_stay_in_the_box_with_the_reason(page: Page, chat: ChatPage, script: Script) -> None:
    words = "My knee hurts. " * 3400
    chat.box.fill(words)
    expect(chat.view.locator("#counter")).to_have_text(f"Characters too many: {len(words.strip()) - 2000}")
    chat.box.press("Enter")
    expect(chat.view.get_by_role("alert")).to_contain_text("Your words are still here")
    page.reload()
    expect(ChatPage(page).ready().box).to_have_value(words)
    assert script.conversations == {}


def test_length_is_counted_in_characters(chat: ChatPage) -> None:
    chat.ask("🌿" * 2000)


def test_server_that_finds_words_too_long_gives_them_back(chat: ChatPage, script: Script) -> None:
    chat.ask("hello")
    script.failures = [(413, {}, "")]
    chat.say("long")
    expect(chat.box).to_have_value("long")
    expect(chat.view.get_by_role("alert")).to_contain_text("Your words are still here")
    expect(chat.own).to_have_count(1)


def test_refused_words_come_back_with_the_reason(chat: ChatPage, script: Script) -> None:
    chat.ask("hello")
    script.failures = [(422, {}, "text: must not be empty")]
    chat.say("???")
    expect(chat.box).to_have_value("???")
    expect(chat.view.get_by_role("alert")).to_contain_text("text: must not be empty")


def test_too_many_messages_wait_as_long_as_the_server_says(page: Page, server_url: str, script: Script) -> None:
    chat = ChatPage.at(page, server_url)
    chat.ask("hello")
    script.failures = [(429, {"Retry-After": "2"}, "")]
    chat.say("again")
    expect(chat.own.last).to_contain_text("sent again in 2 seconds")
    expect(chat.replies).to_have_count(2)
    assert script.patient_texts() == ["hello", "again"]


@pytest.mark.parametrize("where", ["opening", "sending"])
def test_emergency_that_has_to_wait_says_at_once_whom_to_call(chat: ChatPage, script: Script, where: str) -> None:
    if where == "opening":
        script.crowded = 1
    else:
        script.failures = [(429, {"Retry-After": "2"}, "")]
    chat.say("I cannot breathe")
    warning = chat.own.get_by_role("alert")
    expect(warning).to_contain_text("Call 911 now.")
    expect(warning.get_by_role("link", name="Call 911 now")).to_have_attribute("href", "tel:911")
    expect(warning).to_be_in_viewport()
    words = chat.own.inner_text()
    assert (
        words.index("I cannot breathe") < words.index("This may be an emergency") < words.index("sent again in 2 sec")
    )
    expect(chat.replies).to_contain_text("This may be an emergency")
    expect(chat.own.get_by_role("alert")).to_have_count(0)
    assert script.patient_texts() == ["I cannot breathe"]


def test_emergency_that_waits_again_interrupts_once(chat: ChatPage, script: Script) -> None:
    script.crowded = 2
    chat.say("I cannot breathe")
    expect(chat.own.get_by_role("alert")).to_be_visible()
    expect(chat.own.locator(".emergency .body:not([role])")).to_be_visible()
    expect(chat.own.get_by_role("alert")).to_have_count(0)
    expect(chat.replies).to_have_count(1)


def test_each_of_several_waiting_messages_is_looked_at(chat: ChatPage, script: Script) -> None:
    script.crowded = 2
    chat.say("hello")
    chat.say("I cannot breathe")
    expect(chat.own.last.get_by_role("alert")).to_contain_text("Call 911 now.")
    expect(chat.replies).to_have_count(2)
    assert sorted(script.patient_texts()) == ["I cannot breathe", "hello"]


@pytest.mark.parametrize("status", [413, 422, 401])
def test_emergency_that_comes_back_says_whom_to_call(chat: ChatPage, script: Script, status: int) -> None:
    script.failures = [(status, {}, "no")]
    chat.say("I cannot breathe")
    alert = chat.replies.get_by_role("alert")
    expect(alert.get_by_role("link", name="Call 911 now")).to_be_visible()
    expect(chat.box).to_have_value("I cannot breathe")
    chat.box.press("Enter")
    expect(chat.replies).to_have_count(2)


def test_emergency_in_over_long_words_says_whom_to_call(chat: ChatPage, script: Script) -> None:
    words = "a" * 2001 + " I cannot breathe"
    chat.say(words)
    expect(chat.replies.get_by_role("alert")).to_contain_text("Call 911 now.")
    expect(chat.box).to_have_value(words)
    assert script.conversations == {}


def test_expired_chat_starts_anew_and_says_so(chat: ChatPage, script: Script) -> None:
    chat.ask("hello")
    script.failures = [(401, {}, "")]
    chat.say("Is it painful?")
    expect(chat.notice).to_contain_text("Your earlier chat has ended")
    expect(chat.box).to_have_value("Is it painful?")
    expect(chat.own).to_have_count(0)
    chat.box.press("Enter")
    expect(chat.replies).to_have_count(1)
    assert script.patient_texts() == ["Is it painful?"]


def test_answer_that_comes_after_the_end_of_the_chat_is_not_shown(page: Page, chat: ChatPage, script: Script) -> None:
    chat.ask("hello")
    script.delay = 1
    with page.expect_response(SENDING):
        chat.say("my secret")
        chat.end_chat()
        chat.view.get_by_role("dialog").get_by_role("button", name="End chat").click()
        expect(chat.view.locator("#typing")).to_be_hidden()
    page.wait_for_timeout(300)
    expect(chat.view.locator(".message")).to_have_count(0)


def test_expired_chat_is_noticed_on_reload(page: Page, chat: ChatPage, script: Script) -> None:
    chat.ask("hello")
    script.forget_all()
    page.reload()
    again = ChatPage(page).ready()
    expect(again.notice).to_contain_text("Your earlier chat has ended")
    expect(again.own).to_have_count(0)


def test_conflict_is_explained_and_sent_as_a_new_message(chat: ChatPage, script: Script) -> None:
    chat.ask("hello")
    script.failures = [(409, {}, "")]
    chat.say("Is it painful?")
    expect(chat.own.last).to_contain_text("already sent with other words")
    chat.button("Try again").click()
    expect(chat.replies).to_have_count(2)
    expect(chat.own).to_have_count(2)
    assert script.patient_texts() == ["hello", "Is it painful?"]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_server_failure_keeps_the_words(chat: ChatPage, script: Script, status: int) -> None:
    script.failures = [(status, {}, "")]
    chat.say("Is it painful?")
    expect(chat.own).to_contain_text("Your words are kept.")
    chat.button("Try again").click()
    expect(chat.replies).to_have_count(1)


def test_without_topics_the_chat_still_works(page: Page, server_url: str, script: Script) -> None:
    page.route(re.compile("/topics$"), lambda route: route.abort())
    chat = ChatPage.at(page, server_url)
    chat.button("All topics").click()
    expect(chat.view.get_by_text("The list of topics could not be loaded.")).to_be_visible()
    chat.button("Back to the chat").click()
    chat.ask("hello")


def test_topics_that_could_not_be_loaded_are_asked_for_again(page: Page, server_url: str, script: Script) -> None:
    page.route(re.compile("/topics$"), lambda route: route.abort(), times=2)
    chat = ChatPage.at(page, server_url)
    chat.button("All topics").click()
    title = chat.view.get_by_role("heading", name="All topics")
    chat.button("Try again").click()
    expect(title).to_be_focused()
    expect(chat.view.get_by_role("alert")).to_have_text("The list of topics could not be loaded.")
    chat.button("Try again").click()
    expect(chat.view.get_by_text("Risks and safety")).to_be_visible()
    expect(chat.button("Try again")).to_have_count(0)
    expect(title).to_be_focused()


def test_without_storage_the_chat_still_works(page: Page, server_url: str, script: Script) -> None:
    page.add_init_script("Object.defineProperty(window, 'sessionStorage', {get() { throw new Error('blocked'); }})")
    chat = ChatPage.at(page, server_url)
    chat.ask("hello")
    chat.ask("reaction")
    assert script.patient_texts() == ["hello", "reaction"]


def test_many_messages_at_once_all_arrive(chat: ChatPage, script: Script) -> None:
    words = [f"message {number}" for number in range(12)]
    for text in words:
        chat.say(text)
    expect(chat.replies).to_have_count(12)
    assert sorted(script.patient_texts()) == sorted(words)
