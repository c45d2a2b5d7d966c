"""Private codes: what opens one's own conversation again, on any device.

The reference of a handoff is spoken on the phone and opens nothing; this code is as good as the record itself.
"""

from __future__ import annotations

import hashlib
import secrets
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversations.hold import hold
from bot.conversations.ledger import Ledger
from bot.conversations.token_life import Clock
from bot.errors import UnknownCodeError
from bot.handoffs.reference import LETTERS as SPOKEN
from bot.privacy.models import PrivateCode
from bot.store.base import now
from bot.store.database import Database

LETTERS = 16
"""Of 32 kinds: 80 random bits, which need no slow hash."""


class PrivateCodes:
    """Makes codes and takes them in exchange for a fresh token."""

    def __init__(self, database: Database, ledger: Ledger, *, clock: Clock = now) -> None:
        self._database = database
        self._ledger = ledger
        self._clock = clock

    async def make(self, conversation_id: UUID) -> str:
        """A new code for the conversation (four groups of four signs); the one before opens nothing any more.

        Raises:
            UnknownConversationError: The conversation was deleted meanwhile.
        """
        letters = "".join(secrets.choice(SPOKEN) for _ in range(LETTERS))
        code = PrivateCode(conversation_id=conversation_id, code_hash=_hashed(letters), made_at=self._clock())
        async with self._database.writing() as session:
            await hold(session, conversation_id)
            await session.execute(delete(PrivateCode).where(PrivateCode.conversation_id == conversation_id))
            session.add(code)
        return "-".join(letters[start : start + 4] for start in range(0, LETTERS, 4))

    async def open(self, code: str) -> tuple[UUID, str]:
        """The conversation of a code, with a fresh token; the old token dies, so that one device has it.

        Raises:
            UnknownCodeError: No conversation has this code.
        """
        async with self._database.writing() as session:
            conversation_id = await _find(session, code)
            return conversation_id, await self._ledger.reopen_within(session, conversation_id)

    async def conversation_of(self, code: str) -> UUID:
        """Whose code it is.

        Raises:
            UnknownCodeError: No conversation has this code.
        """
        async with self._database.reading() as session:
            return await _find(session, code)


async def _find(session: AsyncSession, code: str) -> UUID:
    query = select(PrivateCode.conversation_id).where(PrivateCode.code_hash == _hashed(code))
    conversation_id = await session.scalar(query)
    if conversation_id is None:
        raise UnknownCodeError
    return conversation_id


def _hashed(code: str) -> bytes:
    """However it was typed: in small letters, with spaces, without hyphens."""
    letters = "".join(sign for sign in code.upper() if sign in SPOKEN)
    return hashlib.sha256(letters.encode()).digest()
