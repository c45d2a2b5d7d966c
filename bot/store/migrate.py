"""Bring a database to the newest schema."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.settings import ROOT
from bot.store.database import Database


async def migrate(database: Database) -> bool:
    """Apply what is missing, all or nothing; whether anything was.

    The migration runs in the database's own write transaction, so two starting processes wait for each other.
    """
    async with database.engine.begin() as connection:
        return await connection.run_sync(_upgrade)


async def is_current(database: Database) -> bool:
    """Whether the schema is the one that this version wants."""
    async with database.engine.connect() as connection:
        return await connection.run_sync(_current) == _newest()


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
