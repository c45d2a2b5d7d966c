"""One writer at a time in a conversation."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversations.models import Conversation


async def hold(session: AsyncSession, conversation_id: UUID) -> None:
    """Let nobody else write in a conversation until the transaction ends.

    It is the conversation's own row that is locked, since that one is there before anything else of it is.
    """
    await session.execute(select(Conversation.id).where(Conversation.id == conversation_id).with_for_update())
