"""What the patient API returns: the JSON of its bodies, and how the ledger's rows become it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from bot.answers.catalogue import Catalogue
from bot.answers.models import Revision
from bot.conversations.models import AnswerFeedback, Author, FeedbackReason, Message
from bot.conversations.reply import Choice, Kind, Reply, RunnerUp, Triage
from bot.web.rendering import as_html


class SourceView(BaseModel):
    """Where an answer's statements come from."""

    title: str
    publisher: str
    url: str | None = None


class AnswerView(BaseModel):
    """The answer behind a reply: whose words, from where, and until when."""

    id: str
    title: str
    revision: str
    sources: list[SourceView]
    approved_by: str | None
    approved_on: date | None
    review_due: date
    starter: bool


class HandoffView(BaseModel):
    """The handoff that a reply speaks of."""

    reference: str
    state: str
    urgent: bool


class FeedbackView(BaseModel):
    """What the patient said of an answer."""

    helpful: bool
    reason: FeedbackReason | None


class DecisionView(BaseModel):
    """Why this reply was given."""

    kind: Kind
    answer: str | None
    revision: str | None
    confidence: float | None
    runner_up: RunnerUp | None
    triage: Triage | None
    suggestions: list[str]
    model: str | None


class MessageView(BaseModel):
    """One message of a conversation."""

    id: UUID
    seq: int
    author: str
    text: str
    html: str | None
    created_at: datetime
    status: str
    kind: Kind | None
    answer: AnswerView | None
    choices: list[Choice]
    handoff: HandoffView | None
    decision: DecisionView | None
    feedback: FeedbackView | None
    in_reply_to: UUID | None
    client_id: UUID | None


class MessageViews:
    """Makes views of messages; revisions, which never change, are read once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._answers: dict[str, AnswerView] = {}

    async def of(self, message: Message, feedback: AnswerFeedback | None = None) -> MessageView:
        """The view of one message, with what the patient said of it."""
        reply = Reply.model_validate(message.reply) if message.reply else None
        own_words = message.author == Author.PATIENT
        return MessageView(
            id=message.id,
            seq=message.seq,
            author=message.author,
            text=message.text,
            html=None if own_words else as_html(message.text),
            created_at=message.created_at,
            status=message.status,
            in_reply_to=message.in_reply_to,
            client_id=message.client_message_id,
            feedback=feedback and FeedbackView.model_validate(feedback, from_attributes=True),
            **(await self._of_reply(reply)),
        )

    async def _of_reply(self, reply: Reply | None) -> dict[str, Any]:
        if reply is None:
            return {"kind": None, "answer": None, "choices": [], "handoff": None, "decision": None}
        return {
            "kind": reply.kind,
            "answer": await self._answer(reply.revision),
            "choices": reply.choices,
            "handoff": _handoff(reply),
            "decision": DecisionView.model_validate(reply.model_dump(include=set(DecisionView.model_fields))),
        }

    async def _answer(self, label: str | None) -> AnswerView | None:
        if label and label not in self._answers:
            answer_id, _, number = label.partition("@")
            revision = await self._catalogue.revision(answer_id, int(number))
            if revision:
                self._answers[label] = _answer_view(revision)
        return self._answers.get(label or "")


def _answer_view(revision: Revision) -> AnswerView:
    return AnswerView(
        id=revision.answer_id,
        title=revision.title,
        revision=revision.label,
        sources=[SourceView.model_validate(source) for source in revision.sources],
        approved_by=revision.approved_by,
        approved_on=revision.approved_on,
        review_due=revision.review_due,
        starter=revision.starter,
    )


def _handoff(reply: Reply) -> HandoffView | None:
    if reply.handoff is None:
        return None
    state = "offered" if reply.choices else "waiting"
    return HandoffView(reference=reply.handoff.reference, state=state, urgent=reply.handoff.urgent)
