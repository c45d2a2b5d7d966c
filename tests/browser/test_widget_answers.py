"""What can be done with an answer: say whether it fits, keep its question for the visit."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.scripted_api import Script

FEEDBACK = re.compile("/feedback$")
FAST_CLOCK = "const real = setTimeout; window.setTimeout = (run, ms, ...rest) => real(run, ms / 20, ...rest);"
THANKS = "Thank you. The clinic can see this."


def test_yes_is_one_press(chat: ChatPage, script: Script) -> None:
    reply = chat.ask("reaction")
    expect(reply.get_by_role("group", name="Was this what you asked?")).to_be_visible()
    chat.button("Yes").click()
    expect(reply.get_by_role("status").filter(has_text=THANKS)).to_be_visible()
    expect(chat.button("Yes")).to_have_attribute("aria-pressed", "true")
    assert [body for _, body in script.verdicts] == [{"helpful": True, "reason": None}]


def test_no_asks_for_the_reason_before_anything_is_sent(chat: ChatPage, script: Script) -> None:
    reply = chat.ask("reaction")
    chat.button("No").click()
    reasons = reply.get_by_role("group", name="What was wrong?").get_by_role("button")
    expect(reasons).to_have_text(
        ["It answers another question", "It is hard to understand", "It is out of date", "Something is missing"]
    )
    expect(reasons.first).to_be_focused()
    assert script.verdicts == []
    reasons.nth(2).click()
    expect(reply).to_contain_text(THANKS)
    assert [body for _, body in script.verdicts] == [{"helpful": False, "reason": "out_of_date"}]


def test_verdict_can_be_changed_and_a_reload_shows_the_last(page: Page, chat: ChatPage, script: Script) -> None:
    chat.ask("reaction")
    chat.button("Yes").click()
    chat.button("No").click()
    chat.button("It is hard to understand").click()
    expect(chat.button("Yes")).to_have_attribute("aria-pressed", "false")
    expect(chat.replies).to_contain_text(THANKS)
    page.reload()
    again = ChatPage(page).ready()
    expect(again.button("No")).to_have_attribute("aria-pressed", "true")
    expect(again.button("It is hard to understand")).to_have_attribute("aria-pressed", "true")
    assert script.verdicts[-1][1] == {"helpful": False, "reason": "unclear"}


def test_verdict_given_offline_is_kept_through_a_reload_and_sent(page: Page, chat: ChatPage, script: Script) -> None:
    chat.ask("reaction")
    page.route(FEEDBACK, lambda route: route.abort(), times=1)
    chat.button("Yes").click()
    expect(chat.replies).to_contain_text("It is kept, and will be sent when the connection is back.")
    page.reload()
    again = ChatPage(page).ready()
    expect(again.button("Yes")).to_have_attribute("aria-pressed", "true")
    expect(again.replies).to_contain_text(THANKS)
    assert len(script.verdicts) == 1


def test_verdict_is_sent_again_by_itself(page: Page, server_url: str, script: Script) -> None:
    page.add_init_script(FAST_CLOCK)
    chat = ChatPage.at(page, server_url)
    chat.ask("reaction")
    script.failures = [(503, {}, ""), (429, {}, "")]
    chat.button("Yes").click()
    expect(chat.replies).to_contain_text(THANKS)
    assert len(script.verdicts) == 1


def test_verdicts_that_wait_do_not_multiply(page: Page, chat: ChatPage) -> None:
    page.clock.install()
    for words in ("reaction", "reviewed"):
        chat.ask(words)
    tries: list[str] = []
    page.route(FEEDBACK, lambda route: (tries.append(route.request.url), route.abort()))
    for reply in (chat.replies.nth(0), chat.replies.nth(1)):
        reply.get_by_role("button", name="Yes").click()
        expect(reply).to_contain_text("It is kept, and will be sent when the connection is back.")
    tries.clear()
    for _ in range(4):
        page.clock.run_for(15_500)
    assert 0 < len(tries) <= 2 * 4


def test_verdict_that_is_refused_says_so(chat: ChatPage, script: Script) -> None:
    chat.ask("reaction")
    script.failures = [(404, {}, "")]
    chat.button("Yes").click()
    expect(chat.replies).to_contain_text("This could not be saved.")


LONELY_ICONS = """source => {
  const [icon, words] = [source.querySelector('.icon'), source.querySelector('[lang]')];
  const lonely = [];
  for (let width = 140; width < 400; width += 7) {
    source.parentElement.style.inlineSize = `${width}px`;
    const [last] = [...words.getClientRects()].reverse();
    if (icon.getBoundingClientRect().top > last.bottom - 2) lonely.push(width);
  }
  return lonely;
}"""


def test_icon_of_a_source_stands_behind_its_last_word(chat: ChatPage) -> None:
    answer = chat.ask("reaction")
    assert answer.locator(".provenance a").evaluate(LONELY_ICONS) == []


def test_only_answers_are_asked_about(chat: ChatPage) -> None:
    for words in ("hello", "the weather", "side effects", "I have lupus", "I cannot breathe"):
        expect(chat.ask(words).get_by_role("group", name="Was this what you asked?")).to_have_count(0)


def test_question_is_added_to_the_sheet_once(page: Page, chat: ChatPage, script: Script) -> None:
    reply = chat.ask("reaction")
    chat.button("Add to my questions").click()
    expect(reply).to_contain_text("Added to my questions.")
    link = reply.get_by_role("link", name="Open my prep sheet")
    expect(link).to_have_attribute("href", "/widget/sheet")
    expect(link).to_be_focused()
    page.reload()
    again = ChatPage(page).ready()
    expect(again.replies).to_contain_text("Added to my questions.")
    expect(again.button("Add to my questions")).to_have_count(0)
    assert script.questions == ["risks/immune_reaction"]


def test_question_that_is_there_already_counts_as_added(chat: ChatPage, script: Script) -> None:
    script.questions.append("risks/immune_reaction")
    reply = chat.ask("reaction")
    chat.button("Add to my questions").click()
    expect(reply).to_contain_text("Added to my questions.")


def test_question_that_is_not_added_says_so_and_can_be_tried_again(chat: ChatPage, script: Script) -> None:
    reply = chat.ask("reaction")
    script.failures = [(503, {}, "")]
    chat.button("Add to my questions").click()
    expect(reply).to_contain_text("Not added")
    chat.button("Add to my questions").click()
    expect(reply).to_contain_text("Added to my questions.")


def test_end_chat_forgets_verdicts_and_additions(page: Page, chat: ChatPage) -> None:
    chat.ask("reaction")
    page.route(FEEDBACK, lambda route: route.abort())
    chat.button("Yes").click()
    chat.button("Add to my questions").click()
    expect(chat.replies).to_contain_text("Added to my questions.")
    chat.end_chat()
    chat.view.get_by_role("dialog").get_by_role("button", name="End chat").click()
    expect(chat.replies).to_have_count(0)
    assert page.evaluate("JSON.stringify([sessionStorage, localStorage])") == "[{},{}]"


def test_without_its_code_the_answer_stands_by_itself(page: Page, server_url: str, script: Script) -> None:
    page.route("**/tools.js", lambda route: route.abort())
    chat = ChatPage.at(page, server_url)
    expect(chat.ask("reaction")).to_contain_text("Starter content")
    expect(chat.button("Yes")).to_have_count(0)
