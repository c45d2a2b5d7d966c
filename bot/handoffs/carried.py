"""Which messages handoffs carry: the one that each was made for, and those that it stands for too."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversations.models import Message
from bot.handoffs.models import Handoff, HandoffAddition

REASON: ColumnElement[str] = func.coalesce(HandoffAddition.reason, Handoff.reason)
"""Why a person is needed for a carried message."""


def carried() -> Select[Message, Handoff]:
    """Each message with the handoff that carries it; also to be asked for its `REASON`."""
    carries = or_(Handoff.message_id == Message.id, Handoff.id == HandoffAddition.handoff_id)
    added = HandoffAddition.message_id == Message.id
    return select(Message, Handoff).outerjoin(HandoffAddition, added).join(Handoff, carries)


def newest_added() -> Select[int]:
    """The number of the newest message that was added to a handoff, which whoever asks must name."""
    return select(func.max(Message.seq)).join(HandoffAddition, HandoffAddition.message_id == Message.id)


async def carried_until(session: AsyncSession, handoff: Handoff) -> int:
    """The number of the newest message that the team may read once the patient agrees to this handoff as it is now."""
    own = await session.scalar(select(Message.seq).where(Message.id == handoff.message_id))
    added = await session.scalar(newest_added().where(HandoffAddition.handoff_id == handoff.id))
    return max(handoff.shared_until or 0, own or 0, added or 0)


def has_unshared() -> ColumnElement[bool]:
    """Whether something was added to a handoff that its patient has not agreed to share."""
    added = select(Message.id).join(HandoffAddition, HandoffAddition.message_id == Message.id)
    beyond = Message.seq > func.coalesce(Handoff.shared_until, 0)
    return exists(added.where(HandoffAddition.handoff_id == Handoff.id, beyond).correlate(Handoff))
