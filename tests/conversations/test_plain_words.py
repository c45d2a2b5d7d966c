"""What a person reads of a conversation who has no chat before them."""

from __future__ import annotations

import pytest

from bot.conversations.plain_words import Plain, PlainWords, as_plain
from bot.conversations.reply import Choice
from bot.web.services import Services
from tests.support.factories import a_message, a_reply, an_answer, an_incoming


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("One **two** *three*.", "One two three."),
        ("First.\n\nSecond\nline.", "First.\nSecond\nline."),
        ("- one\n- two\n\n1. three\n2. four", "- one\n- two\n1. three\n2. four"),
        ("[words](https://a.example/b)", "words (https://a.example/b)"),
        ("<https://a.example/b>", "https://a.example/b"),
        ("2 \\* 3 &amp; `x`", "2 * 3 & x"),
        ("<b>kept</b>", "<b>kept</b>"),
        ("", ""),
    ],
)
def test_markdown_loses_its_marks_and_nothing_else(markdown: str, plain: str) -> None:
    assert as_plain(markdown) == plain


async def test_a_button_has_its_title_as_it_was_offered_or_is_called_now(services: Services) -> None:
    await services.catalogue.load([an_answer("risks/infection", title="Can I get an infection?")])
    message = await a_message(services.database)
    where = message.conversation_id
    offered = [Choice(id="handoff:accept", label="Send it to them"), Choice(id="answer:gone/now", label="Gone")]
    await services.ledger.close(message, [a_reply("**Yes?**", choices=offered)])
    for choice in ("handoff:accept", "answer:gone/now", "answer:risks/infection", "answer:risks/unknown"):
        await services.ledger.receive(where, an_incoming(choice=choice))
    await services.prep.sharing.share(where, "en")
    history = await services.ledger.history(where)
    plain = await PlainWords(services.catalogue, services.phrases).of(history)
    read = [plain[item.id] for item in history]
    assert read[:7] == [
        Plain("What are the risks?"),
        Plain("Yes?"),
        Plain("", "Send it to them"),
        Plain("", "Gone"),
        Plain("", "Can I get an infection?"),
        Plain("", "answer:risks/unknown"),
        Plain("I shared my prep sheet with the team"),
    ]
    assert "**" not in read[7].words


async def test_nothing_is_nothing(services: Services) -> None:
    assert await PlainWords(services.catalogue, services.phrases).of([]) == {}
