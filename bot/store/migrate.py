"""Bring a database to the newest schema."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from bot.errors import DatabaseNotPreparedError, DatabaseUnreachableError
from bot.settings import ROOT
from bot.store.database import Database

_LOCK = 0x41_53_4B_57_45_4C_4C  # a number that no conversation's lock is likely to have


async def migrate(database: Database) -> bool:
    """Apply what is missing, all or nothing; whether anything was.

    Two starting processes wait for each other: SQLite has one writer at a time, PostgreSQL gets a lock.
    """
    async with database.changing_schema() as connection:
        if not database.is_sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        return await connection.run_sync(_upgrade)


async def is_current(database: Database) -> bool:
    """Whether the schema is the one that this version wants."""
    async with database.engine.connect() as connection:
        return await connection.run_sync(_current) == _newest()


async def require_current(database: Database) -> None:
    """Do nothing if the schema is the one that this version wants.

    Raises:
        DatabaseNotPreparedError: It is another, or there is none.
        DatabaseUnreachableError: The database does not answer.
    """
    if _lacks_its_file(database):
        raise DatabaseNotPreparedError
    try:
        prepared = await is_current(database)
    except OperationalError as error:
        raise DatabaseUnreachableError from error
    if not prepared:
        raise DatabaseNotPreparedError


def _lacks_its_file(database: Database) -> bool:
    """Asked before SQLite makes an empty one."""
    return database.is_sqlite and not Path(database.engine.url.database or "").exists()


def _upgrade(connection: Connection) -> bool:
    if _current(connection) == _newest():
        return False
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return True


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _newest() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "bot" / "store" / "migrations"))
    return config
