"""Migrations make exactly the schema of the models, and can be undone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from bot.settings import ROOT, with_async_driver
from bot.store.database import Database
from bot.store.migrate import is_current, migrate
from bot.tables import Base
from tests.support.processes import in_processes


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
