"""The patient API, version 1: what the widget, `askwell replay` and everyone else talk to."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from bot.answers.models import Revision
from bot.answers.topics import topics
from bot.conversations.ledger import MOST_CHARACTERS, Incoming
from bot.web.dependencies import FromServices, FromViews, ListenedConversation, OwnConversation, Token
from bot.web.event_stream import EventStream
from bot.web.flood_guard import Sender
from bot.web.strict import StrictRoute, without_half_characters
from bot.web.views import MessageView

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["patient"])


class ClinicView(BaseModel):
    """Whose assistant this is."""

    name: str
    phone: str
    hours: str
    emergency_number: str
    crisis_line: str
    disclosure: str
    languages: list[str]


class TopicView(BaseModel):
    """An answer that can be asked for by its title."""

    id: str
    title: str


class CategoryView(BaseModel):
    """The answers of one category."""

    id: str
    title: str
    answers: list[TopicView]


class TopicsView(BaseModel):
    """All that can be asked about."""

    categories: list[CategoryView]
    suggested: list[TopicView]


class Opening(BaseModel):
    """How a conversation begins, if that is known."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    text: (
        Annotated[str, Field(strict=True, max_length=MOST_CHARACTERS), BeforeValidator(without_half_characters)] | None
    ) = Field(
        None, description="The first words. They are not kept: a refusal of theirs says if they need help at once."
    )


class NewConversationView(BaseModel):
    """A new conversation; the token is shown this once."""

    id: UUID
    token: str


class SentMessage(BaseModel):
    """A patient's message: either words or the id of a button. Anything else in the body is ignored."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    id: UUID = Field(description="Made by the client; the same id again is the same message.")
    text: Annotated[str, Field(strict=True, min_length=1), BeforeValidator(without_half_characters)] | None = None
    choice: (
        Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z_]+(:[a-z0-9_/]+)?$", max_length=150)] | None
    ) = None

    @model_validator(mode="after")
    def _words_or_button(self) -> SentMessage:
        if (self.text is None) == (self.choice is None):
            raise ValueError("give either text or choice")
        return self


class TurnView(BaseModel):
    """The message as it was stored, and what was said in reply."""

    message: MessageView
    replies: list[MessageView]


class HistoryView(BaseModel):
    """A part of a conversation, in order."""

    messages: list[MessageView]


@router.get("/clinic")
async def read_clinic(services: FromServices) -> ClinicView:
    """Whose assistant this is, and whom to call."""
    settings = services.settings
    return ClinicView(
        name=settings.clinic_name,
        phone=settings.clinic_phone,
        hours=settings.clinic_hours,
        emergency_number=settings.emergency_number,
        crisis_line=settings.crisis_line,
        disclosure=services.phrases.say("disclosure"),
        languages=["en"],
    )


@router.get("/topics")
async def list_topics(services: FromServices) -> TopicsView:
    """The titles of all answers that can be read now."""
    return as_topics(await services.catalogue.published())


@router.post("/conversations", status_code=201)
async def open_conversation(
    services: FromServices, sender: Sender, opening: Opening | None = None
) -> NewConversationView:
    """Begin a conversation."""
    del opening  # read where a refusal is told (see `problems`)
    services.flood_guard.conversation_opened(sender)
    conversation, token = await services.ledger.open()
    return NewConversationView(id=conversation.id, token=token)


@router.post("/conversations/{conversation_id}/messages")
async def send_message(
    conversation_id: UUID, token: Token, sent: SentMessage, services: FromServices, views: FromViews
) -> TurnView:
    """Send a message and get the replies; safe to repeat with the same id.

    The token is checked where the message is committed, so that one transaction does both.
    """
    incoming = Incoming(client_message_id=sent.id, text=sent.text or "", choice=sent.choice)
    message, replies = await services.turns.take(conversation_id, incoming, token=token)
    shown, *said = await views.of([message, *replies])
    return TurnView(message=shown, replies=said)


@router.get("/conversations/{conversation_id}/messages")
async def read_history(
    conversation: OwnConversation,
    services: FromServices,
    views: FromViews,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> HistoryView:
    """The messages after number `after`."""
    messages = await services.ledger.history(conversation, after=after)
    return HistoryView(messages=await views.of(messages, await services.feedbacks.of(conversation)))


@router.post("/conversations/{conversation_id}/presence", status_code=HTTPStatus.NO_CONTENT)
async def note_presence(conversation: OwnConversation) -> None:
    """Say that somebody is at the page, which renews the token; an open event stream alone does not."""
    del conversation  # to open it is to use it


@router.get("/conversations/{conversation_id}/events", response_class=StreamingResponse)
async def stream_events(
    conversation: ListenedConversation,
    services: FromServices,
    views: FromViews,
    last_event_id: Annotated[int, Header(ge=0, le=2**31 - 1)] = 0,
    *,
    token: Token,
) -> StreamingResponse:
    """New messages as server-sent events, from after `Last-Event-ID` on, and handoffs whose state changed.

    A `handoff` event carries where one handoff stands (reference, state, urgent, taken_by, and while it waits
    reply_expected) and no id of its own; those that are not merely offered come first when the stream opens. What waits
    is told of anew some minutes after the clinic opens or closes. `event: deleted` or `event: ended` (the token died)
    is the last one.
    """
    return StreamingResponse(
        EventStream(conversation, token, services, views).events(after=last_event_id),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def as_topics(revisions: Sequence[Revision]) -> TopicsView:
    """Sort readable answers into their categories; one without any is left out."""
    shown = {item.answer_id: TopicView(id=item.answer_id, title=item.title) for item in revisions}
    categories = [
        CategoryView(
            id=category_id,
            title=category.title,
            answers=[topic for topic in shown.values() if topic.id.startswith(f"{category_id}/")],
        )
        for category_id, category in topics().categories.items()
    ]
    return TopicsView(
        categories=[category for category in categories if category.answers],
        suggested=[shown[answer_id] for answer_id in topics().suggested if answer_id in shown],
    )
