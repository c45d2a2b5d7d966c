"""SQLite's driver: one hand-over a statement, and never a lock that stays behind."""

from __future__ import annotations

import asyncio
import sqlite3

import aiosqlite
import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.conversations.models import Conversation
from bot.store.database import Database
from bot.store.sqlite_driver import LateBeginConnection, _open
from tests.support.factories import a_conversation

pytestmark = pytest.mark.only_on("sqlite")
COUNT = select(func.count()).select_from(Conversation)


@pytest.fixture
def handed_over(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """What was due before each statement that was handed over to a thread."""
    seen: list[str | None] = []
    in_thread = LateBeginConnection._in_thread

    def noting(self: LateBeginConnection, due: str | None, statement: object) -> object:
        seen.append(due)
        return in_thread(self, due, statement)  # type: ignore[arg-type]

    monkeypatch.setattr(LateBeginConnection, "_in_thread", noting)
    return seen


async def test_a_transaction_begins_together_with_its_first_statement(
    database: Database, handed_over: list[str | None]
) -> None:
    await a_conversation(database)
    handed_over.clear()
    async with database.writing() as session:
        await session.scalar(COUNT)
        await session.scalar(COUNT)
    async with database.reading() as session:
        await session.scalar(COUNT)
    assert handed_over == ["BEGIN IMMEDIATE", None, "BEGIN"]


async def test_rows_are_written_in_a_transaction_and_read_without_one(
    database: Database, handed_over: list[str | None]
) -> None:
    await a_conversation(database)
    handed_over.clear()
    for way in (database.write, database.read):
        await way(_count_twice)
    assert handed_over == ["BEGIN IMMEDIATE", None, None, None]


async def test_a_writer_keeps_other_writers_out_from_its_first_statement_on(database: Database) -> None:
    async with database.writing() as session:
        await session.scalar(COUNT)
        other = asyncio.create_task(_count_as_writer(database))
        await asyncio.sleep(0.2)
        assert not other.done()
    assert await other == 0


@pytest.mark.parametrize("with_orm", [True, False])
async def test_a_writer_that_was_cancelled_while_it_waited_leaves_no_lock_behind(
    database: Database, *, with_orm: bool
) -> None:
    async with database.writing() as session:
        await session.scalar(COUNT)
        works = (_count_as_writer(database) if with_orm else database.write(_count_twice) for _ in range(3))
        waiting = [asyncio.create_task(work) for work in works]
        await asyncio.sleep(0.2)
        for task in waiting:
            task.cancel()
        await asyncio.sleep(0.1)
    await asyncio.wait(waiting)
    assert all(task.cancelled() for task in waiting)
    async with asyncio.timeout(5):
        for _ in range(20):
            await a_conversation(database)


def _count_twice(rows: Connection) -> None:
    rows.execute(COUNT)
    rows.execute(COUNT)


async def _count_as_writer(database: Database) -> int:
    async with database.writing() as session:
        return await session.scalar(COUNT) or 0


async def test_what_a_reader_writes_is_taken_back(database: Database) -> None:
    async with database.reading() as session:
        session.add(Conversation(token_hash=b"x" * 32))
        await session.flush()
    async with database.reading() as session:
        assert await session.scalar(COUNT) == 0


async def test_a_reader_sees_one_state_of_the_database(database: Database) -> None:
    async with database.reading() as session:
        before = await session.scalar(COUNT)
        await a_conversation(database)
        assert await session.scalar(COUNT) == before == 0


async def test_a_reader_sees_what_was_written_before_it_read_again(database: Database) -> None:
    for number in range(3):
        async with database.reading() as session:
            assert await session.scalar(COUNT) == number
        await a_conversation(database)


async def test_a_block_without_a_statement_needs_no_thread(database: Database, handed_over: list[str | None]) -> None:
    async with database.writing():
        pass
    assert handed_over == []


async def test_errors_are_sqlalchemys_and_the_connection_goes_on(database: Database) -> None:
    async with database.writing() as session:
        with pytest.raises(OperationalError):
            await session.execute(text("SELECT nothing FROM nowhere"))
    conversation = await a_conversation(database)
    with pytest.raises(IntegrityError):
        async with database.writing() as session:
            session.add(Conversation(id=conversation.id, token_hash=b"x" * 32))
    async with database.reading() as session:
        assert await session.scalar(COUNT) == 1


async def test_many_rows_come_back_whole(database: Database) -> None:
    async with database.writing() as session:
        session.add_all(Conversation(token_hash=bytes([number]) * 32) for number in range(100))
    async with database.reading() as session:
        streamed = [found async for found in await session.stream_scalars(select(Conversation.token_hash))]
        some = (await session.scalars(select(Conversation.token_hash))).fetchmany(7)
    assert (len(set(streamed)), len(some)) == (100, 7)


class Recorded(sqlite3.Connection):
    """Remembers whether it was closed."""

    was_closed = False

    def close(self) -> None:
        self.was_closed = True
        super().close()


async def test_a_connection_that_nobody_waits_for_any_more_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = sqlite3.connect(":memory:", factory=Recorded, check_same_thread=False)
    connection = aiosqlite.Connection(lambda: opened, 64)
    monkeypatch.setattr(aiosqlite, "connect", lambda: connection)
    opening = asyncio.create_task(_open())
    await asyncio.sleep(0)
    opening.cancel()
    await asyncio.wait({opening})
    assert opening.cancelled()
    assert opened.was_closed
