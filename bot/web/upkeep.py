"""What web does by itself now and then: replies to what was left, finishes deletions, deletes what is too old."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.conversations.token_life import Clock
from bot.conversations.turn import TurnTaker
from bot.privacy.deletion import Deletion
from bot.privacy.retention import Retention
from bot.store.base import now

SECONDS_BETWEEN_ROUNDS = 30.0
BETWEEN_PURGES = timedelta(days=1)
PATIENCE = timedelta(seconds=20)
"""A message that waits for so long is not under way any more, unless many are: the database failed its turn."""

log = structlog.get_logger(__name__)


class Upkeep:
    """Runs as long as web does; a failure is logged by its kind, and tried again in the next round."""

    def __init__(self, turns: TurnTaker, deletion: Deletion, retention: Retention, *, clock: Clock = now) -> None:
        self._turns = turns
        self._deletion = deletion
        self._retention = retention
        self._clock = clock
        self._purged_at: datetime | None = None

    async def run(self) -> None:
        """Round after round, the first one after a pause: a start has better things to do."""
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_ROUNDS)
            try:
                await self.round()
            except Exception as error:  # noqa: BLE001 (said above)
                log.error("upkeep_failed", error=type(error).__name__)

    async def round(self) -> None:
        """Do what is due, what patients wait for first."""
        await self._turns.recover(waiting_for=PATIENCE)
        await self._deletion.finish()
        moment = self._clock()
        if self._purged_at is None or moment - self._purged_at >= BETWEEN_PURGES:
            log.info("purged", conversations=await self._retention.purge())
            self._purged_at = moment
