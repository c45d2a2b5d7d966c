"""One message of a conversation at a time, in the order of arrival, without polling.

Rasa's own lock stores look once a second whether it is their turn, so that the third of three messages waits for two
seconds. One brain process serves a conversation at a time (web holds a lock of the database), so a lock within the
process is enough.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, LockStore
from rasa.utils.endpoints import EndpointConfig


class QueueLockStore(LockStore):
    """Locks of this process; asyncio wakes the next in line."""

    def __init__(self, endpoint_config: EndpointConfig | None = None) -> None:
        self._locks: dict[str, _Line] = {}

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = 1
    ) -> AsyncGenerator[TicketLock, None]:
        """Wait for one's turn; the two times are Rasa's and mean nothing here."""
        line = self._locks.setdefault(conversation_id, _Line())
        line.people += 1
        try:
            async with line.lock:
                yield TicketLock(conversation_id)
        finally:
            line.people -= 1
            if not line.people:
                self._locks.pop(conversation_id, None)

    def get_lock(self, conversation_id: str) -> TicketLock | None:
        """A ticket if someone is in line; Rasa asks for it nowhere but in its own `lock`."""
        return TicketLock(conversation_id) if conversation_id in self._locks else None

    def delete_lock(self, conversation_id: str) -> None:
        """Locks go by themselves with the last in line."""

    def save_lock(self, lock: TicketLock) -> None:
        """Nothing is kept."""

    def __len__(self) -> int:
        return len(self._locks)


class _Line:
    """A lock and how many hold it or wait for it."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.people = 0
