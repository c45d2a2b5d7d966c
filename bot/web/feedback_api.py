"""The patient API on answers: was this what you asked?"""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.conversations.feedback import Verdict
from bot.conversations.models import FeedbackReason
from bot.web.dependencies import FromServices, OwnConversation
from bot.web.strict import StrictRoute

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["patient"])


class SentFeedback(BaseModel):
    """A patient's verdict on one answer."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    helpful: bool = Field(strict=True, description="Whether this was what the patient had asked.")
    reason: FeedbackReason | None = Field(default=None, description="What was wrong; given if and only if not helpful.")

    @model_validator(mode="after")
    def _reason_if_not_helpful(self) -> SentFeedback:
        if self.helpful == (self.reason is not None):
            raise ValueError("give a reason if, and only if, the answer was not helpful")
        return self


@router.post("/conversations/{conversation_id}/messages/{message_id}/feedback", status_code=204)
async def give_feedback(
    conversation: OwnConversation, message_id: UUID, sent: SentFeedback, services: FromServices
) -> None:
    """Say whether an answer was what was asked; saying it again replaces what was said."""
    await services.feedbacks.give(conversation, message_id, Verdict(helpful=sent.helpful, reason=sent.reason))
