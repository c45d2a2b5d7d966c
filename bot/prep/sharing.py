"""Sharing a sheet with the team: a handoff with the sheet as it is at that moment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversations.announcer import Announcer
from bot.conversations.hold import hold
from bot.conversations.ledger import Ledger
from bot.conversations.responder import Responder
from bot.handoffs.models import AttachmentKind, Handoff, HandoffAttachment, HandoffReason, HandoffState
from bot.handoffs.queue import PATIENT
from bot.handoffs.relay import Cause, Relay
from bot.prep.shared import SheetCopies
from bot.store.base import now
from bot.store.database import Database

CHOICE = "prep:share"
NO_MESSAGE = 0
"""`shared_until` of a handoff that shares the sheet alone."""


class SheetSharing:
    """Puts sheets before the team."""

    def __init__(  # noqa: PLR0913 (what is shared passes each of these once)
        self,
        *,
        database: Database,
        copies: SheetCopies,
        ledger: Ledger,
        relay: Relay,
        responder: Responder,
        announcer: Announcer,
    ) -> None:
        self._database = database
        self._copies = copies
        self._ledger = ledger
        self._relay = relay
        self._responder = responder
        self._announcer = announcer

    async def share(self, conversation_id: UUID, language: str) -> str:
        """Send the sheet and say so in the chat, in one transaction; returns the reference.

        While nobody has taken the last one, the newer sheet takes its place: the team reads it once.
        """
        async with self._database.writing() as session:
            await hold(session, conversation_id)
            content = await self._copies.snapshot_within(session, conversation_id, language)
            handoff = await _waiting(session, conversation_id) or await self._send(session, conversation_id)
            await _attach(session, handoff, content)
        self._announcer.announce(conversation_id)
        return handoff.reference

    async def _send(self, session: AsyncSession, conversation_id: UUID) -> Handoff:
        """A handoff belongs to a message, so the sharing is one; it stands answered and asks the brain nothing."""
        words = self._responder.button(CHOICE)
        message = await self._ledger.note_within(session, conversation_id, words, choice=CHOICE)
        cause = Cause(
            reason=HandoffReason.PREP_SHEET,
            told=lambda handoff: [self._responder.prep_shared(handoff)],
            actor=PATIENT,
        )
        handoff, _ = await self._relay.pass_on_within(session, message, cause)
        handoff.consented_at, handoff.shared_until = now(), NO_MESSAGE
        return handoff


async def _waiting(session: AsyncSession, conversation_id: UUID) -> Handoff | None:
    query = select(Handoff).where(
        Handoff.conversation_id == conversation_id,
        Handoff.reason == HandoffReason.PREP_SHEET,
        Handoff.state == HandoffState.WAITING,
    )
    return (await session.scalars(query.with_for_update())).first()


async def _attach(session: AsyncSession, handoff: Handoff, content: dict[str, Any]) -> None:
    """An attachment never changes: a newer one replaces it whole."""
    kind = AttachmentKind.PREP_SHEET
    own = HandoffAttachment.handoff_id == handoff.id
    await session.execute(delete(HandoffAttachment).where(own, HandoffAttachment.kind == kind))
    session.add(HandoffAttachment(handoff_id=handoff.id, kind=kind, content=content))
