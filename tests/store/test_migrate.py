"""Migrations make exactly the schema of the models, and can be undone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from bot.settings import ROOT, with_async_driver
from bot.store.database import Database
from bot.store.migrate import is_current, migrate
from bot.tables import Base
from tests.support.processes import in_processes

VALUES = {"id": "0" * 32, "hash": b"", "at": "2026-01-01 00:00:00+00:00"}
A_CONVERSATION = (
    "INSERT INTO conversation (id, token_hash, holder, last_seq, created_at) VALUES (:id, :hash, 'bot', 1, :at)",
    """INSERT INTO message (id, conversation_id, seq, author, text, status, created_at)
    VALUES (:id, :id, 1, 'patient', 'hello', 'answered', :at)""",
)


@pytest.fixture
async def empty(empty_database_url: str) -> AsyncIterator[Database]:
    database = Database(with_async_driver(empty_database_url))
    yield database
    await database.close()


async def test_an_empty_database_is_not_current(empty: Database) -> None:
    assert not await is_current(empty)


async def test_migrating_brings_it_to_the_newest_schema_once(empty: Database) -> None:
    assert await migrate(empty)
    assert await is_current(empty)
    assert not await migrate(empty)


async def test_the_migrations_make_exactly_what_the_models_say(empty: Database) -> None:
    await migrate(empty)
    async with empty.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []


async def test_everything_can_be_undone(empty: Database) -> None:
    await migrate(empty)
    async with empty.engine.begin() as connection:
        await connection.run_sync(_downgrade)
    async with empty.engine.connect() as connection:
        assert await connection.run_sync(_tables) == {"alembic_version"}
    assert await migrate(empty)


async def test_what_is_stored_outlives_every_migration(empty: Database) -> None:
    """A changed column makes SQLite drop a table, and with it, if nobody takes care, all that refers to it."""
    async with empty.engine.begin() as connection:
        await connection.run_sync(_upgrade_to, "0001")
        for statement in A_CONVERSATION:
            await connection.execute(text(statement), VALUES)
    await migrate(empty)
    async with empty.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM conversation")) == 1
        assert await connection.scalar(text("SELECT count(*) FROM message")) == 1


@pytest.mark.only_on("sqlite")
async def test_foreign_keys_hold_again_after_a_migration(empty: Database) -> None:
    await migrate(empty)
    async with empty.engine.connect() as connection:
        assert await connection.scalar(text("PRAGMA foreign_keys")) == 1


def _upgrade_to(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "bot" / "store" / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def test_processes_that_start_at_once_migrate_once(empty_database_url: str) -> None:
    changed = in_processes(_migrate, [with_async_driver(empty_database_url)] * 3)
    assert sorted(changed) == [False, False, True]


def _migrate(url: str) -> bool:
    return asyncio.run(migrate(Database(url)))


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


def _downgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "bot" / "store" / "migrations"))
    config.attributes["connection"] = connection
    command.downgrade(config, "base")


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())
