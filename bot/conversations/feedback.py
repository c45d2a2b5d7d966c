"""What patients say of the answers: was this what they asked, and if not, why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversations.models import AnswerFeedback, FeedbackReason, Message
from bot.conversations.reply import Kind
from bot.errors import MessageNotFoundError, NotAnAnswerError
from bot.store.base import now
from bot.store.database import Database


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether an answer was what the patient had asked; a reason if it was not."""

    helpful: bool
    reason: FeedbackReason | None = None


class Feedbacks:
    """One verdict for each answer, the newest."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def give(self, conversation_id: UUID, message_id: UUID, verdict: Verdict) -> None:
        """Keep a verdict in place of an earlier one.

        Raises:
            MessageNotFoundError: The conversation has no such message.
            NotAnAnswerError: The message is not an answer.
        """
        async with self._database.writing() as session:
            await _lock_answer(session, conversation_id, message_id)
            known = await _of_message(session, message_id) or AnswerFeedback(message_id=message_id)
            known.helpful, known.reason, known.given_at = verdict.helpful, verdict.reason, now()
            session.add(known)

    async def of(self, conversation_id: UUID) -> Mapping[UUID, AnswerFeedback]:
        """The verdicts on a conversation's answers, by the answer's message."""
        query = select(AnswerFeedback).join(Message).where(Message.conversation_id == conversation_id)
        async with self._database.reading() as session:
            return {feedback.message_id: feedback for feedback in await session.scalars(query)}


async def _lock_answer(session: AsyncSession, conversation_id: UUID, message_id: UUID) -> None:
    """Two verdicts at once on one answer come one after the other."""
    query = select(Message).where(Message.id == message_id, Message.conversation_id == conversation_id)
    message = await session.scalar(query.with_for_update())
    if message is None:
        raise MessageNotFoundError
    if (message.reply or {}).get("kind") != Kind.ANSWER:
        raise NotAnAnswerError


async def _of_message(session: AsyncSession, message_id: UUID) -> AnswerFeedback | None:
    return await session.scalar(select(AnswerFeedback).where(AnswerFeedback.message_id == message_id))
