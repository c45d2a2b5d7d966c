"""Deletes conversations that nobody has used for as long as the clinic keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from bot.conversations.models import Conversation
from bot.conversations.token_life import Clock
from bot.privacy.deletion import Deletion
from bot.store.base import now
from bot.store.database import Database

BATCH = 100


class Retention:
    """Looks for what is too old, a batch at a time, so that patients' messages get in between."""

    def __init__(self, database: Database, deletion: Deletion, *, days: int, clock: Clock = now) -> None:
        self._database = database
        self._deletion = deletion
        self._kept = timedelta(days=days)
        self._clock = clock

    async def purge(self) -> int:
        """Delete all that is too old; how many conversations that were."""
        purged = 0
        while batch := await self._too_old():
            purged += await self._deletion.delete_all(batch)
        return purged

    async def _too_old(self) -> Sequence[UUID]:
        query = select(Conversation.id).where(Conversation.last_used_at < self._clock() - self._kept)
        async with self._database.reading() as session:
            return (await session.scalars(query.order_by(Conversation.last_used_at).limit(BATCH))).all()
