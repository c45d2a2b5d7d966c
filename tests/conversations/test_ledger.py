"""The ledger: every message once, in order, whatever clients do."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.conversations.ledger import MOST_CHARACTERS, Incoming, Ledger
from bot.conversations.models import Conversation, Holder, Message, MessageStatus
from bot.conversations.reply import Choice
from bot.errors import (
    ChoiceNotOfferedError,
    MessageConflictError,
    MessageTooLongError,
    UnknownConversationError,
)
from bot.store.database import Database
from tests.support.factories import a_conversation, a_message, a_reply, an_incoming

LOGO = "\N{SHIELD}"


async def test_a_new_conversation_is_opened_by_its_token_alone(ledger: Ledger) -> None:
    conversation, token = await ledger.open()
    await ledger.authenticate(conversation.id, token)


@pytest.mark.parametrize("token", ["", "guess", "\ud800", "ü", "a" * 100_000])
async def test_any_other_token_is_refused(ledger: Ledger, token: str) -> None:
    conversation, _ = await ledger.open()
    with pytest.raises(UnknownConversationError):
        await ledger.authenticate(conversation.id, token)


async def test_another_conversations_token_is_refused(ledger: Ledger) -> None:
    (mine, _), (_, theirs) = await ledger.open(), await ledger.open()
    with pytest.raises(UnknownConversationError):
        await ledger.authenticate(mine.id, theirs)


async def test_a_conversation_that_does_not_exist_is_refused_alike(ledger: Ledger) -> None:
    with pytest.raises(UnknownConversationError):
        await ledger.authenticate(uuid4(), "guess")


async def test_the_token_itself_is_not_stored(ledger: Ledger, database: Database) -> None:
    _, token = await ledger.open()
    async with database.reading() as session:
        assert token.encode() not in (await session.scalars(select(Conversation.token_hash))).all()


async def test_tokens_carry_at_least_128_random_bits(ledger: Ledger) -> None:
    tokens = [(await ledger.open())[1] for _ in range(5)]
    assert len(set(tokens)) == 5
    assert all(len(token) * 6 >= 128 for token in tokens)


async def test_the_same_id_again_is_the_same_message(ledger: Ledger, database: Database) -> None:
    conversation, incoming = await a_conversation(database), an_incoming()
    first = await ledger.receive(conversation.id, incoming)
    again = await ledger.receive(conversation.id, incoming)
    assert (first.id, first.seq) == (again.id, again.seq)
    assert len(await ledger.history(conversation.id)) == 1


async def test_a_repeated_id_leaves_no_gap_in_the_numbers(ledger: Ledger, database: Database) -> None:
    conversation, incoming = await a_conversation(database), an_incoming()
    await ledger.receive(conversation.id, incoming)
    await ledger.receive(conversation.id, incoming)
    assert (await ledger.receive(conversation.id, an_incoming())).seq == 2


async def test_the_same_id_sent_ten_times_at_once_is_one_message(ledger: Ledger, database: Database) -> None:
    conversation, incoming = await a_conversation(database), an_incoming()
    received = await asyncio.gather(*(ledger.receive(conversation.id, incoming) for _ in range(10)))
    assert len({message.id for message in received}) == 1
    assert len(await ledger.history(conversation.id)) == 1


@pytest.mark.parametrize("second", [{"text": "other words"}, {"text": "", "choice": "answer:risks/infection"}])
async def test_the_same_id_with_another_body_is_a_conflict(
    ledger: Ledger, database: Database, second: dict[str, str]
) -> None:
    conversation, incoming = await a_conversation(database), an_incoming("words")
    await ledger.receive(conversation.id, incoming)
    with pytest.raises(MessageConflictError):
        await ledger.receive(conversation.id, Incoming(client_message_id=incoming.client_message_id, **second))


async def test_the_same_id_in_another_conversation_is_another_message(ledger: Ledger, database: Database) -> None:
    incoming = an_incoming()
    received = [await ledger.receive((await a_conversation(database)).id, incoming) for _ in range(2)]
    assert received[0].id != received[1].id


async def test_fifty_messages_at_once_are_numbered_without_gaps(ledger: Ledger, database: Database) -> None:
    conversation = await a_conversation(database)
    received = await asyncio.gather(
        *(ledger.receive(conversation.id, an_incoming(str(number))) for number in range(50))
    )
    assert sorted(message.seq for message in received) == list(range(1, 51))
    history = await ledger.history(conversation.id)
    assert [message.seq for message in history] == list(range(1, 51))
    assert {message.text for message in history} == {str(number) for number in range(50)}


async def test_a_message_into_a_deleted_conversation_is_refused(ledger: Ledger) -> None:
    with pytest.raises(UnknownConversationError):
        await ledger.receive(uuid4(), an_incoming())


async def test_two_thousand_characters_are_taken_and_one_more_is_not(ledger: Ledger, database: Database) -> None:
    conversation = await a_conversation(database)
    await ledger.receive(conversation.id, an_incoming(LOGO * MOST_CHARACTERS))
    with pytest.raises(MessageTooLongError, match="2,000"):
        await ledger.receive(conversation.id, an_incoming(LOGO * (MOST_CHARACTERS + 1)))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("a\x00b", "ab"),
        ("a\ud800b", "ab"),
        ("\udfff", ""),
        ("safe\u202egnihton", "safegnihton"),
        ("line one\nline two\t.", "line one\nline two\t."),
        ("zero\u200bwidth", "zero\u200bwidth"),
        ("héllo 👋🏽 ", "héllo 👋🏽 "),
        ("'; DROP TABLE message; --", "'; DROP TABLE message; --"),
        ("%s {slot} {{7*7}} \\x00", "%s {slot} {{7*7}} \\x00"),
    ],
)
async def test_words_are_stored_as_typed_less_what_no_database_holds(
    ledger: Ledger, database: Database, typed: str, stored: str
) -> None:
    message = await a_message(database, typed)
    found = await ledger.find(message.id)
    assert found
    assert found.text == stored


@given(st.text(st.characters(), max_size=200))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_text_comes_back_whole(ledger: Ledger, database: Database, text: str) -> None:
    incoming = an_incoming(text)
    conversation = await a_conversation(database)
    message = await ledger.receive(conversation.id, incoming)
    assert [found.text for found in await ledger.history(conversation.id)] == [incoming.stored_text]
    assert (await ledger.receive(conversation.id, incoming)).id == message.id


async def test_an_answer_may_be_chosen_at_any_time(ledger: Ledger, database: Database) -> None:
    conversation = await a_conversation(database)
    message = await ledger.receive(conversation.id, an_incoming(choice="answer:risks/infection"))
    assert (message.choice, message.text) == ("answer:risks/infection", "")


@pytest.mark.parametrize("choice", ["handoff:accept", "handoff:decline", "none_of_these", "restart", "session_start"])
async def test_a_choice_that_was_not_offered_is_refused_and_leaves_nothing(
    ledger: Ledger, database: Database, choice: str
) -> None:
    conversation = await a_conversation(database)
    with pytest.raises(ChoiceNotOfferedError):
        await ledger.receive(conversation.id, an_incoming(choice=choice))
    assert await ledger.history(conversation.id) == []
    assert (await ledger.receive(conversation.id, an_incoming())).seq == 1


async def test_a_choice_that_was_offered_is_taken(ledger: Ledger, database: Database) -> None:
    message = await a_message(database)
    offer = a_reply(choices=[Choice(id="handoff:accept", label="Send it")])
    await ledger.close(message, [offer])
    chosen = await ledger.receive(message.conversation_id, an_incoming(choice="handoff:accept"))
    assert chosen.seq == 3


async def test_what_another_conversation_was_offered_is_refused(ledger: Ledger, database: Database) -> None:
    await ledger.close(await a_message(database), [a_reply(choices=[Choice(id="handoff:accept", label="Send")])])
    with pytest.raises(ChoiceNotOfferedError):
        await ledger.receive((await a_conversation(database)).id, an_incoming(choice="handoff:accept"))


@pytest.mark.parametrize("token", ["", "guess", "\ud800"])
async def test_a_message_with_another_token_is_refused_and_leaves_nothing(ledger: Ledger, token: str) -> None:
    conversation, right = await ledger.open()
    with pytest.raises(UnknownConversationError):
        await ledger.receive(conversation.id, an_incoming(), token=token)
    assert await ledger.history(conversation.id) == []
    assert (await ledger.receive(conversation.id, an_incoming(), token=right)).seq == 1


async def test_a_message_with_another_conversations_token_is_refused(ledger: Ledger) -> None:
    (mine, _), (_, theirs) = await ledger.open(), await ledger.open()
    with pytest.raises(UnknownConversationError):
        await ledger.receive(mine.id, an_incoming(), token=theirs)


async def test_a_message_to_no_conversation_is_refused_as_a_wrong_token_is(ledger: Ledger) -> None:
    conversation, token = await ledger.open()
    causes = []
    for conversation_id, guess in ((conversation.id, "guess"), (uuid4(), token)):
        with pytest.raises(UnknownConversationError) as refused:
            await ledger.receive(conversation_id, an_incoming(), token=guess)
        causes.append(str(refused.value))
    assert len(set(causes)) == 1


async def test_a_wrong_token_does_not_learn_whether_a_message_is_known(ledger: Ledger) -> None:
    conversation, token = await ledger.open()
    incoming = an_incoming()
    await ledger.receive(conversation.id, incoming, token=token)
    with pytest.raises(UnknownConversationError):
        await ledger.receive(conversation.id, incoming, token="guess")


async def test_the_oldest_without_a_reply_comes_first_and_the_last_is_named(ledger: Ledger, database: Database) -> None:
    first = await a_message(database)
    rest = [await a_message(database, str(n), conversation_id=first.conversation_id) for n in range(3)]
    await ledger.close(first, [a_reply()])
    seen = []
    while waiting := await ledger.oldest_waiting(first.conversation_id):
        await ledger.close(waiting.message, [a_reply()])
        seen.append((waiting.message.id, waiting.is_last))
    assert seen == [(item.id, item is rest[-1]) for item in rest]


async def test_conversations_with_pending_are_named_once(ledger: Ledger, database: Database) -> None:
    waiting = await a_message(database)
    await a_message(database, conversation_id=waiting.conversation_id)
    await ledger.close(await a_message(database), [])
    assert await ledger.conversations_with_pending() == [waiting.conversation_id]


async def test_replies_follow_their_message_with_their_record(ledger: Ledger, database: Database) -> None:
    message = await a_message(database)
    reply = a_reply("One.", answer="risks/infection", revision="risks/infection@1", confidence=0.9)
    await ledger.close(message, [reply, a_reply("Two.")])
    said = await ledger.replies_to(message.id)
    assert [(item.seq, item.text, item.author, item.status) for item in said] == [
        (2, "One.", "bot", "sent"),
        (3, "Two.", "bot", "sent"),
    ]
    assert said[0].reply == reply.as_json()


@pytest.mark.parametrize("status", [MessageStatus.ANSWERED, MessageStatus.FAILED, MessageStatus.HELD])
async def test_closing_marks_the_message(ledger: Ledger, database: Database, status: MessageStatus) -> None:
    message = await a_message(database)
    await ledger.close(message, [], status)
    found = await ledger.find(message.id)
    assert found
    assert found.status == status


async def test_what_a_person_and_the_bot_say_unasked_is_numbered_with_the_rest(
    ledger: Ledger, database: Database
) -> None:
    message = await a_message(database)
    async with database.writing() as session:
        staff = await ledger.say_within(session, message.conversation_id, "Hello.", said_by="Kim")
        bot = await ledger.tell_within(session, message.conversation_id, a_reply("I am back."))
    history = await ledger.history(message.conversation_id)
    assert [_columns(item) for item in history[1:]] == [_columns(staff), _columns(bot)]
    assert [(item.seq, item.author, item.said_by, item.in_reply_to) for item in history[1:]] == [
        (2, "staff", "Kim", None),
        (3, "bot", None, None),
    ]
    assert await ledger.replies_to(message.id) == []
    assert (await ledger.receive(message.conversation_id, an_incoming())).seq == 4


async def test_history_goes_on_after_a_number(ledger: Ledger, database: Database) -> None:
    first = await a_message(database)
    for number in range(3):
        await a_message(database, str(number), conversation_id=first.conversation_id)
    assert [message.seq for message in await ledger.history(first.conversation_id, after=2)] == [3, 4]


async def test_closing_returns_what_is_stored(ledger: Ledger, database: Database) -> None:
    message = await a_message(database)
    said = await ledger.close(message, [a_reply("One."), a_reply("Two.", confidence=0.9)])
    assert [_columns(item) for item in said] == [_columns(item) for item in await ledger.replies_to(message.id)]
    assert message.status == MessageStatus.ANSWERED


def _columns(message: Message) -> dict[str, object]:
    return {column.key: getattr(message, column.key) for column in Message.__table__.columns}


@pytest.mark.parametrize("holder", Holder)
async def test_a_waiting_message_names_who_has_its_conversation(
    ledger: Ledger, database: Database, holder: Holder
) -> None:
    conversation = await a_conversation(database, holder=holder)
    await a_message(database, conversation_id=conversation.id)
    waiting = await ledger.oldest_waiting(conversation.id)
    assert waiting
    assert waiting.holder == holder


async def test_nothing_waits_where_nothing_is(ledger: Ledger) -> None:
    assert await ledger.oldest_waiting(uuid4()) is None
    assert await ledger.find(uuid4()) is None
