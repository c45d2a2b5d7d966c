"""Handoffs: from the offer to the person's reply, every change on record."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import IllegalTransitionError
from bot.handoffs.models import AttachmentKind, Handoff, HandoffAttachment, HandoffEvent, HandoffReason, HandoffState
from bot.store.database import Database

TRANSITIONS: dict[HandoffState, frozenset[HandoffState]] = {
    HandoffState.OFFERED: frozenset({HandoffState.WAITING, HandoffState.DECLINED}),
    HandoffState.DECLINED: frozenset({HandoffState.WAITING}),
    HandoffState.WAITING: frozenset({HandoffState.CLAIMED}),
    HandoffState.CLAIMED: frozenset({HandoffState.WAITING, HandoffState.ANSWERED, HandoffState.RESOLVED}),
    HandoffState.ANSWERED: frozenset({HandoffState.RESOLVED, HandoffState.CLAIMED}),
    HandoffState.RESOLVED: frozenset(),
}
REFERENCE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is mistaken for another on the phone


class HandoffQueue:
    """The handoffs of all conversations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def offer(self, conversation_id: UUID, message_id: UUID, reason: HandoffReason) -> Handoff:
        """Prepare a handoff that the patient may accept; the same message gives the same handoff."""
        async with self._database.writing() as session:
            return await self._open(session, conversation_id, message_id, reason, HandoffState.OFFERED)

    async def send(
        self, conversation_id: UUID, message_id: UUID, reason: HandoffReason, *, urgent: bool = False
    ) -> Handoff:
        """Put a message before the team at once."""
        async with self._database.writing() as session:
            return await self.send_within(session, conversation_id, message_id, reason, urgent=urgent)

    async def send_within(
        self,
        session: AsyncSession,
        conversation_id: UUID,
        message_id: UUID,
        reason: HandoffReason,
        *,
        urgent: bool = False,
    ) -> Handoff:
        """`send` as a part of a larger transaction, so that nobody is told before it is true."""
        handoff = await self._open(session, conversation_id, message_id, reason, HandoffState.WAITING)
        if handoff.state == HandoffState.OFFERED:
            self._move(session, handoff, HandoffState.WAITING, actor="bot")
        handoff.urgent = handoff.urgent or urgent
        return handoff

    def attach_within(
        self, session: AsyncSession, handoff: Handoff, kind: AttachmentKind, content: dict[str, Any]
    ) -> None:
        """Send something along with a handoff, in the transaction that sends it."""
        session.add(HandoffAttachment(handoff_id=handoff.id, kind=kind, content=content))

    async def accept(self, conversation_id: UUID) -> Handoff | None:
        """The patient wants the newest offer sent; none if nothing was offered."""
        return await self._decide(conversation_id, HandoffState.WAITING)

    async def decline(self, conversation_id: UUID) -> Handoff | None:
        """The patient does not want the newest offer sent."""
        return await self._decide(conversation_id, HandoffState.DECLINED)

    async def of_conversation(self, conversation_id: UUID) -> Sequence[Handoff]:
        """All handoffs of one conversation, newest first."""
        async with self._database.reading() as session:
            return (await session.scalars(_newest_first(conversation_id))).all()

    async def of_message(self, message_id: UUID) -> Handoff | None:
        """The handoff that a message led to."""
        async with self._database.reading() as session:
            return (await session.scalars(select(Handoff).where(Handoff.message_id == message_id))).first()

    async def _decide(self, conversation_id: UUID, new: HandoffState) -> Handoff | None:
        async with self._database.writing() as session:
            handoff = (await session.scalars(_newest_first(conversation_id).limit(1).with_for_update())).first()
            if handoff and new in TRANSITIONS[HandoffState(handoff.state)]:
                self._move(session, handoff, new, actor="patient")
            return handoff

    async def _open(
        self,
        session: AsyncSession,
        conversation_id: UUID,
        message_id: UUID,
        reason: HandoffReason,
        state: HandoffState,
    ) -> Handoff:
        query = select(Handoff).where(Handoff.message_id == message_id).with_for_update()
        known = (await session.scalars(query)).first()
        return known or await self._create(session, conversation_id, message_id, reason, state)

    async def _create(
        self,
        session: AsyncSession,
        conversation_id: UUID,
        message_id: UUID,
        reason: HandoffReason,
        state: HandoffState,
    ) -> Handoff:
        handoff = Handoff(
            reference=_new_reference(),
            conversation_id=conversation_id,
            message_id=message_id,
            reason=reason,
            urgent=False,
            state=state,
        )
        session.add(handoff)
        await session.flush()
        session.add(HandoffEvent(handoff_id=handoff.id, actor="bot", old_state=None, new_state=state))
        return handoff

    def _move(self, session: AsyncSession, handoff: Handoff, new: HandoffState, *, actor: str) -> None:
        """The one place that changes a state."""
        old = HandoffState(handoff.state)
        if new not in TRANSITIONS[old]:
            raise IllegalTransitionError(old, new)
        handoff.state = new
        session.add(HandoffEvent(handoff_id=handoff.id, actor=actor, old_state=old, new_state=new))


def _newest_first(conversation_id: UUID) -> Select[Handoff]:
    return (
        select(Handoff)
        .where(Handoff.conversation_id == conversation_id)
        .order_by(Handoff.created_at.desc(), Handoff.id.desc())
    )


def _new_reference() -> str:
    """Eight letters or digits: 40 random bits, so that no two handoffs of a clinic meet."""
    letters = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"
