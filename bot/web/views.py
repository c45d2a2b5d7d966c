"""What the patient API returns: the JSON of its bodies, and how the ledger's rows become it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from bot.answers.catalogue import Catalogue
from bot.answers.models import Revision
from bot.conversations.models import AnswerFeedback, Author, FeedbackReason, Message
from bot.conversations.plain_words import PlainWords
from bot.conversations.reply import Choice, Kind, Reply, RunnerUp, Triage
from bot.handoffs.hours import ReplyTimes
from bot.handoffs.models import Handoff, HandoffState
from bot.handoffs.queue import HandoffQueue
from bot.web.rendering import as_html, plain_as_html


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


class HandoffSummary(BaseModel):
    """Where a handoff stands now."""

    model_config = ConfigDict(from_attributes=True)

    reference: str
    state: HandoffState
    urgent: bool
    taken_by: str | None
    reply_expected: str | None = Field(
        None, description="While it waits: whether the clinic is open, and when a reply can be expected."
    )


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
    by: str | None = Field(description="Who of the staff said it.")
    text: str = Field(description="As it was typed or said; of a pressed button, its title.")
    html: str | None
    created_at: datetime
    status: str
    kind: Kind | None
    answer: AnswerView | None
    choices: list[Choice]
    handoff: HandoffSummary | None
    consent: str | None = Field(
        description="Reference of the handoff to show `shares` of and to ask consent to; nothing is sent before."
    )
    decision: DecisionView | None
    feedback: FeedbackView | None = None
    in_reply_to: UUID | None
    client_id: UUID | None


class MessageViews:
    """Makes views of messages; revisions, which never change, are read once, handoffs as they are now."""

    def __init__(self, catalogue: Catalogue, handoffs: HandoffQueue, plain: PlainWords, times: ReplyTimes) -> None:
        self._catalogue = catalogue
        self._plain = plain
        self._handoffs = handoffs
        self._times = times
        self._answers: dict[str, AnswerView] = {}

    async def of(
        self, messages: Sequence[Message], said: Mapping[UUID, AnswerFeedback] | None = None
    ) -> list[MessageView]:
        """The views of some messages of one conversation; its handoffs are read if one of these speaks of any.

        `said` is what the patient said of its answers, by message.
        """
        replies = [Reply.model_validate(message.reply) if message.reply else None for message in messages]
        speaking = any(reply and reply.handoff for reply in replies)
        handoffs = await self.handoffs(messages[0].conversation_id) if speaking else {}
        pressed = await self._plain.pressed(messages)
        views = [
            await self._view(message, pressed.get(message.id, message.text), reply, handoffs)
            for message, reply in zip(messages, replies, strict=True)
        ]
        return [_with_feedback(view, (said or {}).get(view.id)) for view in views]

    async def handoffs(self, conversation_id: UUID) -> dict[str, HandoffSummary]:
        """Where each handoff of a conversation stands, by its reference, oldest first."""
        found = await self._handoffs.of_conversation(conversation_id)
        return {handoff.reference: self._summary(handoff) for handoff in reversed(found)}

    def _summary(self, handoff: Handoff) -> HandoffSummary:
        summary = HandoffSummary.model_validate(handoff)
        if summary.state != HandoffState.WAITING:
            return summary
        return summary.model_copy(update={"reply_expected": self._times.outlook().reply_expected})

    async def _view(
        self, message: Message, text: str, reply: Reply | None, handoffs: Mapping[str, HandoffSummary]
    ) -> MessageView:
        return MessageView(
            id=message.id,
            seq=message.seq,
            author=message.author,
            by=message.said_by,
            text=text,
            html=_html(message, reply),
            created_at=message.created_at,
            status=message.status,
            in_reply_to=message.in_reply_to,
            client_id=message.client_message_id,
            **(await self._of_reply(reply, handoffs)),
        )

    async def _of_reply(self, reply: Reply | None, handoffs: Mapping[str, HandoffSummary]) -> dict[str, Any]:
        if reply is None:
            return {"kind": None, "answer": None, "choices": [], "handoff": None, "consent": None, "decision": None}
        return {
            "kind": reply.kind,
            "answer": await self._answer(reply.revision),
            "choices": reply.choices,
            "handoff": handoffs.get(reply.handoff.reference) if reply.handoff else None,
            "consent": reply.consent,
            "decision": DecisionView.model_validate(reply.model_dump(include=set(DecisionView.model_fields))),
        }

    async def _answer(self, label: str | None) -> AnswerView | None:
        if label and label not in self._answers:
            revision = await self._catalogue.revision(label)
            if revision:
                self._answers[label] = _answer_view(revision)
        return self._answers.get(label or "")


def _with_feedback(view: MessageView, feedback: AnswerFeedback | None) -> MessageView:
    if feedback is None:
        return view
    return view.model_copy(update={"feedback": FeedbackView.model_validate(feedback, from_attributes=True)})


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


def _html(message: Message, reply: Reply | None) -> str | None:
    """The bot's words are Markdown, a person's are what they are, and patients' are never markup."""
    if message.author == Author.PATIENT:
        return None
    if message.author == Author.STAFF:
        return plain_as_html(message.text)
    return as_html(message.text, reply.languages if reply else ())
