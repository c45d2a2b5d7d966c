"""Deletes a conversation everywhere, at once, and keeps proof without a word of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, timedelta
from uuid import UUID, uuid4

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversations.announcer import Announcer
from bot.conversations.models import Conversation
from bot.conversations.token_life import Clock
from bot.errors import UnknownConversationError, UnknownReceiptError
from bot.privacy.elsewhere import Elsewhere
from bot.privacy.models import DeletionReceipt, UnfinishedDeletion
from bot.privacy.patient_tables import belongs_to, patient_tables
from bot.privacy.receipts import hash_of
from bot.store.base import now
from bot.store.database import Database

LONGEST_TURN = timedelta(minutes=2)
"""What was under way when its conversation was deleted is over by then: a message in the brain, twice half a minute at
the most, and a mail, whose PDF is waited for as long as a minute."""

log = structlog.get_logger(__name__)


class Deletion:
    """Deletes now what is in the database, and looks elsewhere now and once more when no message is under way.

    A turn in progress cannot bring anything back: whatever it stores refers to a row that is gone. Only the brain,
    which has a database of its own, may write once more; hence the second look, which a restart does not forget.
    """

    def __init__(
        self, database: Database, announcer: Announcer, elsewhere: Sequence[Elsewhere], *, clock: Clock = now
    ) -> None:
        self._database = database
        self._announcer = announcer
        self._elsewhere = elsewhere
        self._clock = clock

    async def delete(self, conversation_id: UUID) -> DeletionReceipt:
        """Delete a conversation with all that belongs to it, handoffs that a person works on included.

        Raises:
            UnknownConversationError: There is no such conversation, or no longer.
        """
        receipt = await self._delete(conversation_id)
        await self._wipe([conversation_id])
        return receipt

    async def delete_all(self, conversation_ids: Sequence[UUID]) -> int:
        """Delete these; how many were still there."""
        deleted = []
        for conversation_id in conversation_ids:
            try:
                await self._delete(conversation_id)
                deleted.append(conversation_id)
            except UnknownConversationError:
                log.info("deleted_by_another", conversation=str(conversation_id))
        if deleted:
            await self._wipe(deleted)
        return len(deleted)

    async def finish(self) -> int:
        """Look elsewhere once more for what was deleted a while ago; for how many that succeeded."""
        due = UnfinishedDeletion.deleted_at <= self._clock() - LONGEST_TURN
        async with self._database.reading() as session:
            unfinished = (await session.scalars(select(UnfinishedDeletion.conversation_id).where(due))).all()
        if not unfinished or not await self._wipe(unfinished):
            return 0
        done = UnfinishedDeletion.conversation_id.in_(unfinished)
        async with self._database.writing() as session:
            await session.execute(delete(UnfinishedDeletion).where(done))
        return len(unfinished)

    async def receipt(self, receipt_id: UUID) -> DeletionReceipt:
        """The proof of a deletion.

        Raises:
            UnknownReceiptError: Nothing was deleted under this number.
        """
        async with self._database.reading() as session:
            receipt = await session.get(DeletionReceipt, receipt_id)
        if receipt is None:
            raise UnknownReceiptError(receipt_id)
        return receipt

    async def receipts(self) -> Sequence[DeletionReceipt]:
        """All receipts, oldest first."""
        async with self._database.reading() as session:
            return (await session.scalars(select(DeletionReceipt).order_by(DeletionReceipt.deleted_at))).all()

    async def repeat(self, receipts: Sequence[DeletionReceipt]) -> int:
        """Delete again what a restored backup brought back, and keep the receipts that it lacks.

        A receipt may be given more than once, as where those of several days are put together.

        Returns:
            How many conversations were back.
        """
        hashes = {receipt.conversation_hash for receipt in receipts}
        async with self._database.writing() as session:
            back = [one for one in await session.scalars(select(Conversation.id)) if hash_of(one) in hashes]
            for conversation_id in back:
                await self._remove(session, conversation_id)
            known = frozenset(await session.scalars(select(DeletionReceipt.id)))
            given = {receipt.id: receipt for receipt in receipts}
            session.add_all(receipt for receipt_id, receipt in given.items() if receipt_id not in known)
        if back:
            await self._wipe(back)
        return len(back)

    async def _delete(self, conversation_id: UUID) -> DeletionReceipt:
        async with self._database.writing() as session:
            receipt = DeletionReceipt(
                id=uuid4(),
                deleted_at=self._clock(),
                counts=await _counts(session, conversation_id),
                conversation_hash=hash_of(conversation_id),
            )
            await self._remove(session, conversation_id)
            session.add(receipt)
        self._announcer.announce(conversation_id)
        return receipt

    async def _remove(self, session: AsyncSession, conversation_id: UUID) -> None:
        gone = delete(Conversation).where(Conversation.id == conversation_id).returning(Conversation.id)
        if (await session.execute(gone)).first() is None:
            raise UnknownConversationError
        session.add(UnfinishedDeletion(conversation_id=conversation_id, deleted_at=self._clock()))

    async def _wipe(self, conversation_ids: Sequence[UUID]) -> bool:
        """Whether every place has forgotten; what has not is asked again."""
        forgotten = [await self._is_forgotten(place, conversation_ids) for place in self._elsewhere]
        return all(forgotten) and await self._database.empty_log()

    async def _is_forgotten(self, place: Elsewhere, conversation_ids: Sequence[UUID]) -> bool:
        try:
            await place.forget(conversation_ids)
        except Exception as error:  # noqa: BLE001 (the conversation is deleted; the rest must not undo that)
            log.error("not_yet_forgotten", place=type(place).__name__, error=type(error).__name__)
            return False
        return True


def checksum(receipt: DeletionReceipt) -> str:
    """SHA-256 of what the receipt says, so that a copy can be told from a changed one."""
    said = {
        "id": str(receipt.id),
        "deleted_at": receipt.deleted_at.astimezone(UTC).isoformat(),
        "counts": receipt.counts,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


async def _counts(session: AsyncSession, conversation_id: UUID) -> dict[str, int]:
    return {
        name: await session.scalar(select(func.count()).select_from(table).where(belongs_to(table, conversation_id)))
        or 0
        for name, table in patient_tables().items()
    }
