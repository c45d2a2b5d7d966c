"""Sees what other processes wrote, with one look for all the event streams of this one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import batched
from uuid import UUID

import structlog
from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversations.announcer import Announcer
from bot.conversations.ledger import Ledger
from bot.conversations.models import Message
from bot.conversations.token_life import Clock
from bot.handoffs.models import Handoff, HandoffEvent
from bot.store.base import now
from bot.store.database import Database

SECONDS_BETWEEN_LOOKS = 1.0
BETWEEN_ROLL_CALLS = timedelta(seconds=45)
"""Of the tokens of all streams: so long, at most, a stream outlives its token."""

OVERLAP = timedelta(seconds=3)
"""How far a look reaches back before the last one: a transaction ends after the moment that it writes down, and the
clocks of two machines differ."""

AT_ONCE = 500
log = structlog.get_logger(__name__)


class Watcher:
    """Announces conversations in which something is new or whose token died.

    With each stream looking for itself, two thousand of them would keep a database busy that has nothing new to say.
    """

    def __init__(self, database: Database, ledger: Ledger, announcer: Announcer, *, clock: Clock = now) -> None:
        self._database = database
        self._ledger = ledger
        self._announcer = announcer
        self._clock = clock
        self._looked_at = self._called_at = clock()
        self._seen: Mapping[UUID, datetime] = {}
        self._tokens: Mapping[UUID, bytes] = {}

    async def run(self) -> None:
        """Look again and again; a failure is logged by its kind."""
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 (said above)
                log.error("look_failed", error=type(error).__name__)

    async def look(self) -> None:
        """Wake the streams of all conversations that changed since the last look."""
        moment = self._clock()
        if self._announcer.listened:
            await self._announce_what_is_new(self._looked_at - OVERLAP)
        self._looked_at = moment  # only now, so that the next look makes up for one that fails

    async def _announce_what_is_new(self, since: datetime) -> None:
        newest = await self._newest(since)
        for conversation in newest:
            if newest[conversation] != self._seen.get(conversation):
                self._announcer.announce(conversation)
        self._seen = newest
        await self._call_the_roll()

    async def _newest(self, since: datetime) -> Mapping[UUID, datetime]:
        """When something happened last, for each conversation in which something happened."""
        async with self._database.reading() as session:
            return _latest([*await _messages(session, since), *await _handoffs(session, since)])

    async def _call_the_roll(self) -> None:
        """The streams whose token died, or is another one by now, are to say so."""
        moment = self._clock()
        if moment - self._called_at < BETWEEN_ROLL_CALLS:
            return
        self._called_at = moment
        listened, living = self._announcer.listened, dict[UUID, bytes]()
        for conversations in batched(listened, AT_ONCE, strict=False):
            living |= await self._ledger.living(conversations)
        for conversation in listened:
            if conversation not in living or living[conversation] != self._tokens.get(
                conversation, living[conversation]
            ):
                self._announcer.announce(conversation)
        self._tokens = living


async def _messages(session: AsyncSession, since: datetime) -> Sequence[Row[UUID, datetime]]:
    changed = select(Message.conversation_id, func.max(Message.created_at)).where(Message.created_at > since)
    return (await session.execute(changed.group_by(Message.conversation_id))).all()


async def _handoffs(session: AsyncSession, since: datetime) -> Sequence[Row[UUID, datetime]]:
    changed = select(Handoff.conversation_id, func.max(HandoffEvent.at)).join(
        HandoffEvent, HandoffEvent.handoff_id == Handoff.id
    )
    changed = changed.where(HandoffEvent.at > since).group_by(Handoff.conversation_id)
    return (await session.execute(changed)).all()


def _latest(found: Iterable[Row[UUID, datetime]]) -> Mapping[UUID, datetime]:
    latest: dict[UUID, datetime] = {}
    for conversation, moment in found:
        latest[conversation] = max(moment, latest.get(conversation, moment))
    return latest
