"""Tells open event streams of this process that a conversation has something new."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

MOST_LOOKS_AT_ONCE = 5


class Announcer:
    """Who waits for which conversation; nothing is stored, the ledger has the messages."""

    def __init__(self) -> None:
        self.looks = asyncio.Semaphore(MOST_LOOKS_AT_ONCE)
        """Whoever looks what is new takes a place, first come, first served: thousands of streams that open or wake at
        once would take all connections to the database from the turns, and wait for them out of turn."""
        self._waiting: defaultdict[UUID, set[asyncio.Event]] = defaultdict(set)

    @property
    def listened(self) -> frozenset[UUID]:
        """The conversations that somebody waits for."""
        return frozenset(self._waiting)

    def announce(self, conversation: UUID) -> None:
        """Wake everyone who waits for this conversation."""
        for event in self._waiting.get(conversation, ()):
            event.set()

    @contextmanager
    def listening(self, conversation: UUID) -> Iterator[asyncio.Event]:
        """An event that is set at each announcement; whoever waits clears it."""
        event = asyncio.Event()
        self._waiting[conversation].add(event)
        try:
            yield event
        finally:
            self._waiting[conversation].discard(event)
            if not self._waiting[conversation]:
                del self._waiting[conversation]


async def wait_at_most(event: asyncio.Event, seconds: float) -> bool:
    """Wait for the event; whether it came in time. It is cleared for the next one."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
    came = event.is_set()
    event.clear()
    return came
