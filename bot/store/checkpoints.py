"""Write SQLite's log back into its file beside the patients' turns.

A commit adds to the log; by default, the one that makes it 4 MB long copies all of it into the file first. So every
twenty-seventh patient waited 6 ms longer, for the others.
"""

from __future__ import annotations

import asyncio

import structlog

from bot.store.database import Database

SECONDS_BETWEEN = 2.0

log = structlog.get_logger(__name__)


class Checkpoints:
    """Runs as long as web does; what fails is tried again, and the log only grows meanwhile."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self) -> None:
        """Again and again; PostgreSQL does it by itself."""
        while self._database.is_sqlite:
            await asyncio.sleep(SECONDS_BETWEEN)
            try:
                await self._database.write_log_back()
            except Exception as error:  # noqa: BLE001 (said above)
                log.error("checkpoint_failed", error=type(error).__name__)
