"""What other processes write reaches the streams of this one."""

from __future__ import annotations

import asyncio

import pytest

from bot.conversations.announcer import Announcer
from bot.conversations.ledger import Ledger
from bot.conversations.token_life import TokenLife
from bot.conversations.watcher import Watcher
from bot.errors import UnknownConversationError
from bot.handoffs.queue import HandoffQueue
from bot.store.database import Database
from tests.support.clock import SetClock
from tests.support.factories import a_conversation, a_handoff, a_message, agree


@pytest.fixture
def announcer() -> Announcer:
    return Announcer()


@pytest.fixture
def ledger(database: Database, clock: SetClock) -> Ledger:
    return Ledger(database, life=TokenLife(), clock=clock)


@pytest.fixture
def watcher(database: Database, ledger: Ledger, announcer: Announcer) -> Watcher:
    return Watcher(database, ledger, announcer)


async def test_a_message_of_another_process_wakes_its_listeners_once(
    database: Database, announcer: Announcer, watcher: Watcher
) -> None:
    mine, other = (await a_conversation(database)).id, (await a_conversation(database)).id
    with announcer.listening(mine) as news, announcer.listening(other) as others_news:
        await a_message(database, conversation_id=mine)
        await watcher.look()
        assert (news.is_set(), others_news.is_set()) == (True, False)
        news.clear()
        await watcher.look()
        assert not news.is_set()


async def test_what_came_while_looks_failed_is_seen_by_the_next_one(
    database: Database, ledger: Ledger, announcer: Announcer, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    watcher = Watcher(database, ledger, announcer, clock=clock)
    conversation = (await a_conversation(database)).id
    with announcer.listening(conversation) as news:
        with monkeypatch.context() as broken:
            broken.setattr(database, "reading", None)
            for _ in range(3):
                clock.pass_time(seconds=30)
                with pytest.raises(TypeError):
                    await watcher.look()
        await a_message(database, conversation_id=conversation)
        await watcher.look()
        assert news.is_set()


async def test_a_handoff_that_changes_wakes_its_listeners(
    database: Database, announcer: Announcer, watcher: Watcher, handoffs: HandoffQueue
) -> None:
    conversation = (await a_conversation(database)).id
    message = await a_message(database, conversation_id=conversation)
    await a_handoff(database, message)
    with announcer.listening(conversation) as news:
        await watcher.look()
        news.clear()
        await asyncio.sleep(0.01)
        await agree(handoffs, conversation)
        await watcher.look()
        assert news.is_set()


async def test_without_listeners_nothing_is_looked_up(database: Database, watcher: Watcher) -> None:
    await database.close()
    await watcher.look()


async def test_an_open_stream_does_not_keep_a_token_alive(
    database: Database, ledger: Ledger, announcer: Announcer, clock: SetClock
) -> None:
    watcher = Watcher(database, ledger, announcer, clock=clock)
    (left, left_token), (used, used_token) = await ledger.open(), await ledger.open()
    with announcer.listening(left.id) as news, announcer.listening(used.id) as others_news:
        await ledger.authenticate(left.id, left_token, listening=True)
        for _ in range(3):
            clock.pass_time(minutes=20)
            await ledger.authenticate(used.id, used_token)
            await watcher.look()
        assert (news.is_set(), others_news.is_set()) == (True, False)
    with pytest.raises(UnknownConversationError):
        await ledger.authenticate(left.id, left_token)


async def test_a_dead_token_is_not_brought_back(
    database: Database, ledger: Ledger, announcer: Announcer, clock: SetClock
) -> None:
    watcher = Watcher(database, ledger, announcer, clock=clock)
    conversation, token = await ledger.open()
    clock.pass_time(minutes=60)
    with announcer.listening(conversation.id):
        await watcher.look()
    with pytest.raises(UnknownConversationError):
        await ledger.authenticate(conversation.id, token)


async def test_a_token_that_another_process_replaced_wakes_its_stream(
    database: Database, ledger: Ledger, announcer: Announcer, clock: SetClock
) -> None:
    watcher = Watcher(database, ledger, announcer, clock=clock)
    (lost, _), (kept, _) = await ledger.open(), await ledger.open()
    with announcer.listening(lost.id) as news, announcer.listening(kept.id) as others_news:
        await _pass_a_roll_call(watcher, clock)
        assert not news.is_set()
        async with database.writing() as session:
            await ledger.reopen_within(session, lost.id)
        await _pass_a_roll_call(watcher, clock)
        assert (news.is_set(), others_news.is_set()) == (True, False)


@pytest.mark.parametrize("life", [{"minutes": 61}, {"days": 31}])
async def test_a_token_that_died_wakes_its_stream(
    database: Database, ledger: Ledger, announcer: Announcer, clock: SetClock, life: dict[str, int]
) -> None:
    watcher = Watcher(database, ledger, announcer, clock=clock)
    conversation, _ = await ledger.open()
    with announcer.listening(conversation.id) as news:
        clock.pass_time(**life)
        await watcher.look()
        assert news.is_set()


async def _pass_a_roll_call(watcher: Watcher, clock: SetClock) -> None:
    clock.pass_time(seconds=50)
    await watcher.look()
