"""Sessions, durability and the lock of a conversation."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from bot.conversations.models import Conversation, Message
from bot.store import database as database_module
from bot.store.database import Database
from tests.support.factories import a_conversation


async def test_what_a_block_wrote_is_there_after_it(database: Database) -> None:
    conversation = await a_conversation(database)
    async with database.reading() as session:
        assert await session.get(Conversation, conversation.id)


async def test_a_block_that_fails_leaves_nothing_behind(database: Database) -> None:
    conversation = Conversation(token_hash=b"x" * 32)

    async def fail() -> None:
        async with database.writing() as session:
            session.add(conversation)
            await session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with database.reading() as session:
        assert await session.get(Conversation, conversation.id) is None


@pytest.mark.only_on("sqlite")
async def test_sqlite_keeps_what_it_acknowledged_through_a_power_cut(database: Database) -> None:
    async with database.reading() as session:
        found = [
            await session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert found == ["wal", 2, 1]


async def test_fifty_writers_at_once_all_get_their_turn(database: Database) -> None:
    await asyncio.gather(*(a_conversation(database) for _ in range(50)))
    async with database.reading() as session:
        assert len((await session.scalars(select(Conversation.id))).all()) == 50


async def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    async with database.writing() as writer:
        writer.add(Conversation(token_hash=b"x" * 32))
        await writer.flush()
        async with asyncio.timeout(2), database.reading() as reader:
            assert (await reader.scalars(select(Conversation))).all() == []


async def test_moments_come_back_as_the_same_moments_in_utc(database: Database) -> None:
    moment = datetime(2026, 11, 20, 23, 30, tzinfo=timezone(-timedelta(hours=5)))
    conversation = Conversation(token_hash=b"x" * 32, created_at=moment)
    async with database.writing() as session:
        session.add(conversation)
    async with database.reading() as session:
        stored = await session.scalar(select(Conversation.created_at))
    assert stored == moment
    assert stored.utcoffset() == timedelta(0)


async def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    naive = datetime.now(UTC).replace(tzinfo=None)
    with pytest.raises(StatementError):
        async with database.writing() as session:
            session.add(Conversation(token_hash=b"x" * 32, created_at=naive))


async def test_foreign_keys_hold(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.writing() as session:
            session.add(Message(conversation_id=uuid4(), seq=1, author="patient", text="", status="received"))


async def test_errors_do_not_quote_what_was_to_be_stored(database: Database) -> None:
    with pytest.raises(IntegrityError) as caught:
        async with database.writing() as session:
            session.add(Message(conversation_id=uuid4(), seq=1, author="patient", text="my secret", status="received"))
    assert "my secret" not in str(caught.value)


async def test_one_conversation_is_held_by_one_at_a_time(database: Database) -> None:
    conversation, inside, most = uuid4(), 0, 0

    async def hold() -> None:
        nonlocal inside, most
        async with database.conversation_lock(conversation):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(hold() for _ in range(20)))
    assert most == 1


async def test_conversations_do_not_wait_for_each_other(database: Database) -> None:
    async with asyncio.timeout(5), database.conversation_lock(uuid4()), database.conversation_lock(uuid4()):
        pass


async def test_the_lock_is_free_again_after_a_failure(database: Database) -> None:
    conversation = uuid4()
    with pytest.raises(RuntimeError):
        async with database.conversation_lock(conversation):
            raise RuntimeError
    async with asyncio.timeout(5), database.conversation_lock(conversation):
        pass


@pytest.mark.only_on("postgresql")
async def test_web_processes_on_one_postgresql_wait_for_each_other(database: Database) -> None:
    conversation, order = uuid4(), []
    other = Database(database.engine.url.render_as_string(hide_password=False))
    held, waiting = asyncio.Event(), asyncio.Event()

    async def second() -> None:
        await held.wait()
        waiting.set()
        async with other.conversation_lock(conversation):
            order.append("second")

    task = asyncio.create_task(second())
    async with database.conversation_lock(conversation):
        held.set()
        await waiting.wait()
        await asyncio.sleep(0.2)
        order.append("first")
    await task
    await other.close()
    assert order == ["first", "second"]


async def test_more_conversations_at_once_than_there_are_connections_all_come_through(
    database: Database,
) -> None:
    done = 0

    async def turn() -> None:
        nonlocal done
        async with database.conversation_lock(uuid4()):
            await a_conversation(database)
            done += 1

    async with asyncio.timeout(30):
        await asyncio.gather(*(turn() for _ in range(120)))
    assert done == 120


@pytest.fixture
def being_made(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A new file that another process writes to, not yet with a log."""
    with closing(sqlite3.connect(tmp_path / "new.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


def _log_of(rows: Connection) -> str:
    return str(rows.execute(text("PRAGMA journal_mode")).scalar())


async def test_a_file_that_another_process_is_making_is_waited_for(
    being_made: sqlite3.Connection, tmp_path: Path
) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}")
    opening = asyncio.create_task(database.read(_log_of))
    await asyncio.sleep(0.2)
    assert not opening.done()
    being_made.execute("COMMIT")
    assert await asyncio.wait_for(opening, 5) == "wal"
    await database.close()


async def test_a_file_that_another_process_never_lets_go_is_an_error(
    being_made: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "SECONDS_TO_SWITCH", 0.1)
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}")
    with pytest.raises(OperationalError, match="locked"):
        await asyncio.wait_for(database.read(_log_of), 5)
    await database.close()


async def test_a_file_that_cannot_be_written_is_an_error_at_once(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "old.db")) as made:
        made.execute("CREATE TABLE old (id)")
    database = Database(f"sqlite+aiosqlite:///file:{tmp_path / 'old.db'}?mode=ro&uri=true")
    with pytest.raises(OperationalError, match="readonly"):
        await asyncio.wait_for(database.read(_log_of), 5)
    await database.close()
