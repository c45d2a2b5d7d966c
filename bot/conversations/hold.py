"""One writer at a time in a conversation."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversations.models import Conversation, Holder
from bot.errors import UnknownConversationError


async def hold(session: AsyncSession, conversation_id: UUID) -> Holder:
    """Let nobody else write in a conversation until the transaction ends.

    It is the conversation's own row that is locked, since that one is there before anything else of it is. Whoever
    locks rows of several tables begins here: two who lock in different orders wait for each other.

    Returns:
        Who has the conversation.

    Raises:
        UnknownConversationError: It was deleted meanwhile.
    """
    query = select(Conversation.holder).where(Conversation.id == conversation_id)
    holder = await session.scalar(query.with_for_update())
    if holder is None:
        raise UnknownConversationError
    return Holder(holder)
