"""SQLite's log goes back into its file beside the turns, not within one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import update
from structlog.testing import capture_logs

from bot.conversations.models import Conversation, Message
from bot.store import checkpoints
from bot.store.checkpoints import Checkpoints
from bot.store.database import Database
from tests.support.broken_database import database_is_locked
from tests.support.factories import a_message

WORDS = b"a note that is easy to find"
PATIENCE = 10.0

sqlite_only = pytest.mark.only_on("sqlite")


def in_file(database: Database) -> bool:
    """Whether the words stand in the database's own file, not only in its log."""
    return WORDS in Path(str(database.engine.url.database)).read_bytes()


@sqlite_only
async def test_a_commit_leaves_the_copying_to_others(database: Database) -> None:
    message = await a_message(database, WORDS.decode())
    for filler in "abcde":  # more than the 4 MB at which SQLite would do it by itself
        async with database.writing() as session:
            await session.execute(update(Message).where(Message.id == message.id).values(reply=[filler * 1_000_000]))
    assert not in_file(database)


@sqlite_only
async def test_what_was_committed_is_written_back(database: Database) -> None:
    await a_message(database, WORDS.decode())
    await database.write_log_back()
    assert in_file(database)


@sqlite_only
async def test_it_waits_for_no_writer_and_holds_none_up(database: Database) -> None:
    async with asyncio.timeout(PATIENCE), database.writing() as writer:
        writer.add(Conversation(token_hash=b"x" * 32))
        await writer.flush()
        await database.write_log_back()


async def test_postgresql_is_left_alone(database: Database) -> None:
    await database.write_log_back()
    if not database.is_sqlite:
        await asyncio.wait_for(Checkpoints(database).run(), PATIENCE)


@sqlite_only
async def test_web_does_it_while_it_runs(app: FastAPI, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "SECONDS_BETWEEN", 0.02)
    await a_message(database, WORDS.decode())
    async with asyncio.timeout(PATIENCE), app.router.lifespan_context(app):
        while not in_file(database):  # noqa: ASYNC110 (a file sets no event)
            await asyncio.sleep(0.02)


@sqlite_only
async def test_a_failure_is_logged_by_its_kind_and_tried_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed, again = asyncio.Event(), asyncio.Event()

    async def fail() -> None:
        (again if failed.is_set() else failed).set()
        raise database_is_locked()

    monkeypatch.setattr(checkpoints, "SECONDS_BETWEEN", 0.0)
    monkeypatch.setattr(database, "write_log_back", fail)
    with capture_logs() as logged:
        task = asyncio.create_task(Checkpoints(database).run())
        await asyncio.wait_for(again.wait(), PATIENCE)
        task.cancel()
    assert logged[0] == {"event": "checkpoint_failed", "error": "OperationalError", "log_level": "error"}
