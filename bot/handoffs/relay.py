"""Passing a patient's message on to the team: the handoff, and the words that promise it, are one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversations.hold import hold
from bot.conversations.ledger import Ledger
from bot.conversations.models import Holder, Message, MessageStatus
from bot.conversations.reply import Reply
from bot.handoffs.models import AttachmentKind, Handoff, HandoffReason
from bot.handoffs.queue import BOT, HandoffQueue
from bot.store.database import Database


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Why a message is passed on, and what its patient is told of that."""

    reason: HandoffReason
    told: Callable[[Handoff], Sequence[Reply]]
    """The replies, which may name the handoff."""
    urgent: bool = False
    actor: str = BOT
    """Who sends it, for the record."""
    status: MessageStatus = MessageStatus.ANSWERED
    """What the message is from then on."""
    attached: Mapping[AttachmentKind, dict[str, Any]] = field(default_factory=dict)


class PassedOn(NamedTuple):
    """The handoff that a message led to, and the replies as stored."""

    handoff: Handoff
    replies: Sequence[Message]


class Relay:
    """Puts messages before the team, and closes them."""

    def __init__(self, database: Database, ledger: Ledger, handoffs: HandoffQueue) -> None:
        self._database = database
        self._ledger = ledger
        self._handoffs = handoffs

    async def pass_on(self, message: Message, cause: Cause) -> PassedOn:
        """Send a message to the team and reply to it."""
        async with self._database.writing() as session:
            return await self.pass_on_within(session, message, cause)

    async def pass_on_within(self, session: AsyncSession, message: Message, cause: Cause) -> PassedOn:
        """`pass_on` as a part of a larger transaction."""
        handoff = await self._handoffs.send_within(
            session, message.conversation_id, message.id, cause.reason, urgent=cause.urgent, actor=cause.actor
        )
        for kind, content in cause.attached.items():
            self._handoffs.attach_within(session, handoff, kind, content)
        replies = await self._ledger.close_within(session, message, cause.told(handoff), cause.status)
        return PassedOn(handoff, replies)

    async def leave_to_holder(self, message: Message) -> bool:
        """Reply nothing: whoever has the conversation sees that the patient wrote.

        Returns:
            Whether somebody has it still; if not, nothing was done, and the bot is to reply.
        """
        async with self._database.writing() as session:
            if await hold(session, message.conversation_id) != Holder.PERSON:
                return False
            await self._handoffs.patient_wrote_within(session, message.conversation_id)
            await self._ledger.close_within(session, message, [], MessageStatus.HELD)
        return True
