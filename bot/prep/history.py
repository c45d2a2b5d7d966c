"""What a conversation adds to the patient's sheet by itself: answers read, and questions for a provider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.models import Revision, read_label
from bot.conversations.models import Author, Message
from bot.conversations.reply import Kind
from bot.handoffs.carried import REASON, carried
from bot.handoffs.models import Handoff, HandoffReason
from bot.handoffs.states import UNSENT

FOR_A_PROVIDER = (HandoffReason.PERSONAL_MEDICAL, HandoffReason.ASKED_FOR_PERSON, HandoffReason.NOT_UNDERSTOOD)


@dataclass(frozen=True)
class ReadAnswer:
    """An answer that the patient was shown, as it was when last shown."""

    answer: str
    title: str
    revision: str
    read_at: datetime
    topic: str | None
    """The topic of questions that the answer belongs to."""


@dataclass(frozen=True)
class AskedQuestion:
    """A message of the patient's that a provider should answer, word for word."""

    text: str
    asked_at: datetime
    reference: str | None
    """What the patient can say on the phone; none if it was not sent."""


async def answers_read(session: AsyncSession, conversation_id: UUID) -> list[ReadAnswer]:
    """The answers that a patient read, oldest first; of each the newest reading."""
    rows = await session.execute(
        select(Message.reply, Message.created_at)
        .where(Message.conversation_id == conversation_id, Message.author == Author.BOT)
        .order_by(Message.seq)
    )
    newest: dict[str, tuple[str, datetime]] = {}
    for reply, at in rows:
        if reply and reply["kind"] == Kind.ANSWER and reply["revision"]:
            newest.pop(reply["answer"], None)
            newest[reply["answer"]] = (reply["revision"], at)
    revisions = await _revisions(session, [label for label, _ in newest.values()])
    return [_read(revisions[label], at) for label, at in newest.values() if label in revisions]


async def questions_asked(session: AsyncSession, conversation_id: UUID) -> list[AskedQuestion]:
    """The patient's own messages that led to a person, or were added to what had, in order."""
    query = carried().where(Message.conversation_id == conversation_id, REASON.in_(FOR_A_PROVIDER), Message.text != "")
    found = await session.execute(query.order_by(Message.seq))
    return [_asked(message, handoff) for message, handoff in found]


async def _revisions(session: AsyncSession, labels: Sequence[str]) -> dict[str, Revision]:
    keys = [read_label(label) for label in labels]
    query = select(Revision).where(tuple_(Revision.answer_id, Revision.number).in_(keys))
    return {revision.label: revision for revision in await session.scalars(query)} if keys else {}


def _asked(message: Message, handoff: Handoff) -> AskedQuestion:
    is_sent = handoff.state not in UNSENT and message.seq <= (handoff.shared_until or 0)
    return AskedQuestion(message.text, message.created_at, handoff.reference if is_sent else None)


def _read(revision: Revision, at: datetime) -> ReadAnswer:
    topic = revision.ask["topic"] if revision.ask else None
    return ReadAnswer(revision.answer_id, revision.title, revision.label, at, topic)
