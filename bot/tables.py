"""All tables, gathered so that migrations and tests see every one of them."""

from __future__ import annotations

from bot.answers.models import Answer, Revision
from bot.conversations.models import Conversation, Message
from bot.handoffs.models import Handoff, HandoffAttachment, HandoffEvent
from bot.prep.models import PrepEntry, PrepMail, PrepQuestion, PrepSheet
from bot.store.base import Base

__all__ = [
    "Answer",
    "Base",
    "Conversation",
    "Handoff",
    "HandoffAttachment",
    "HandoffEvent",
    "Message",
    "PrepEntry",
    "PrepMail",
    "PrepQuestion",
    "PrepSheet",
    "Revision",
]
