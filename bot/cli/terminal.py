"""What the commands share: where they print, the settings, and the database as it must be."""

from __future__ import annotations

import getpass
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.database import Database

LONGEST_ACCOUNT = 60
console = Console()
errors = Console(stderr=True)


def read_settings() -> Settings:
    """The settings, of which a broken one is an error in one line."""
    from bot.settings import load_settings

    return load_settings()


def account() -> str:
    """The account on this machine that runs the command, as records name it."""
    try:
        name = getpass.getuser()
    except OSError:  # a container may run as a number that has no name
        name = f"uid {os.getuid()}"
    return f"staff:{name}"[:LONGEST_ACCOUNT]


@asynccontextmanager
async def prepared_database(settings: Settings) -> AsyncIterator[Database]:
    """The database, if its tables are those of this version.

    Raises:
        DatabaseNotPreparedError: They are not.
        DatabaseUnreachableError: It does not answer.
    """
    from bot.store.database import Database
    from bot.store.migrate import require_current

    database = Database(settings.store_url)
    try:
        await require_current(database)
        yield database
    finally:
        await database.close()
