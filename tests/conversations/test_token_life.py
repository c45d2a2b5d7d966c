"""A token dies when it lies idle, and in any case after some days; use keeps it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from bot.conversations.ledger import Ledger
from bot.conversations.models import Conversation
from bot.conversations.token_life import TokenLife
from bot.errors import UnknownConversationError
from bot.store.database import Database
from tests.support.clock import SetClock
from tests.support.factories import a_message, an_incoming

LIFE = TokenLife(idle=timedelta(minutes=60), whole=timedelta(days=30))


@pytest.fixture
def ledger(database: Database, clock: SetClock) -> Ledger:
    return Ledger(database, life=LIFE, clock=clock)


async def test_a_token_that_lies_idle_dies_and_stays_dead(ledger: Ledger, clock: SetClock) -> None:
    conversation, token = await ledger.open()
    clock.pass_time(minutes=59)
    await ledger.authenticate(conversation.id, token)
    clock.pass_time(minutes=60)
    for _ in range(2):
        with pytest.raises(UnknownConversationError):
            await ledger.authenticate(conversation.id, token)
        with pytest.raises(UnknownConversationError):
            await ledger.receive(conversation.id, an_incoming(), token=token)


async def test_messages_and_reads_keep_a_token(ledger: Ledger, clock: SetClock) -> None:
    conversation, token = await ledger.open()
    for _ in range(4):
        clock.pass_time(minutes=50)
        await ledger.receive(conversation.id, an_incoming(), token=token)
        clock.pass_time(minutes=50)
        await ledger.authenticate(conversation.id, token)


async def test_no_use_keeps_a_token_beyond_its_days(ledger: Ledger, clock: SetClock) -> None:
    conversation, token = await ledger.open()
    for _ in range(30 * 24 - 1):
        clock.pass_time(hours=1, seconds=-1)
        await ledger.authenticate(conversation.id, token)
    clock.pass_time(minutes=59)
    await ledger.authenticate(conversation.id, token)
    clock.pass_time(minutes=13)
    with pytest.raises(UnknownConversationError):
        await ledger.authenticate(conversation.id, token)
    with pytest.raises(UnknownConversationError):
        await ledger.receive(conversation.id, an_incoming(), token=token)


async def test_reads_within_a_minute_write_nothing(ledger: Ledger, clock: SetClock, database: Database) -> None:
    conversation, token = await ledger.open()
    written = _writes(database)
    clock.pass_time(seconds=59)
    await ledger.authenticate(conversation.id, token)
    assert written == []
    clock.pass_time(seconds=1)
    await asyncio.gather(*(ledger.authenticate(conversation.id, token) for _ in range(3)))
    await ledger.authenticate(conversation.id, token)
    assert 1 <= len(written) <= 3


async def test_of_a_short_life_no_more_than_a_sixth_goes_by_unnoticed(database: Database, clock: SetClock) -> None:
    ledger = Ledger(database, life=TokenLife(idle=timedelta(minutes=1)), clock=clock)
    conversation, token = await ledger.open()
    clock.pass_time(seconds=10)
    await ledger.authenticate(conversation.id, token)
    clock.pass_time(seconds=59)
    await ledger.authenticate(conversation.id, token)
    assert await _last_use(database, conversation) == clock()


async def test_a_wrong_token_renews_nothing(ledger: Ledger, clock: SetClock, database: Database) -> None:
    conversation, _ = await ledger.open()
    clock.pass_time(minutes=30)
    with pytest.raises(UnknownConversationError):
        await ledger.authenticate(conversation.id, "guess")
    with pytest.raises(UnknownConversationError):
        await ledger.receive(conversation.id, an_incoming(), token="guess")
    assert await _last_use(database, conversation) == conversation.created_at


async def test_what_the_bot_says_renews_nothing(ledger: Ledger, clock: SetClock, database: Database) -> None:
    conversation, _ = await ledger.open()
    clock.pass_time(minutes=30)
    await a_message(database, conversation_id=conversation.id)
    assert await _last_use(database, conversation) == conversation.created_at


async def _last_use(database: Database, conversation: Conversation) -> object:
    async with database.reading() as session:
        return await session.scalar(select(Conversation.last_used_at).where(Conversation.id == conversation.id))


def _writes(database: Database) -> list[str]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE"):
            seen.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    return seen
