"""The patient's say in a handoff: agreeing to send it, with or without the prep sheet, or not."""

from __future__ import annotations

from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversations.announcer import Announcer
from bot.handoffs.models import Handoff
from bot.handoffs.queue import Contact, HandoffQueue


class SheetSource(Protocol):
    """Where a conversation's prep sheet comes from."""

    async def attachment_within(self, session: AsyncSession, conversation_id: UUID) -> dict[str, Any] | None:
        """The sheet as it is in this transaction; none if there is nothing on it."""


class Consents:
    """Records what a patient decides, and tells their other open windows."""

    def __init__(self, handoffs: HandoffQueue, announcer: Announcer, sheets: SheetSource | None = None) -> None:
        self._handoffs = handoffs
        self._announcer = announcer
        self._sheets = sheets

    async def give(
        self, conversation_id: UUID, reference: str, contact: Contact, *, shown_until: int, attach_sheet: bool = False
    ) -> Handoff:
        """Send a handoff to the team; said again, it changes the contact alone.

        `shown_until` is the number of the newest message that the patient saw would be shared.

        Raises:
            MoreToShareError: More would be shared than that; nothing is sent.
            UnknownHandoffError: The conversation has no handoff of this reference.
        """
        sheet_of = self._sheets.attachment_within if attach_sheet and self._sheets else None
        handoff = await self._handoffs.consent(
            conversation_id, reference, contact, shown_until=shown_until, sheet_of=sheet_of
        )
        self._announcer.announce(conversation_id)
        return handoff

    async def refuse(self, conversation_id: UUID, reference: str) -> Handoff:
        """Do not send a handoff; what was sent stays sent.

        Raises:
            UnknownHandoffError: The conversation has no handoff of this reference.
        """
        handoff = await self._handoffs.refuse(conversation_id, reference)
        self._announcer.announce(conversation_id)
        return handoff
