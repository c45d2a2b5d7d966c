"""All tables, gathered so that migrations and tests see every one of them."""

from __future__ import annotations

from bot.answers.models import Answer, Revision
from bot.conversations.models import AnswerFeedback, Conversation, Message
from bot.handoffs.models import Handoff, HandoffAddition, HandoffAttachment, HandoffEvent
from bot.prep.models import PrepEntry, PrepMail, PrepQuestion, PrepSheet
from bot.privacy.models import DeletionReceipt, Look, PrivateCode, UnfinishedDeletion
from bot.reports.models import Report
from bot.store.base import Base

__all__ = [
    "Answer",
    "AnswerFeedback",
    "Base",
    "Conversation",
    "DeletionReceipt",
    "Handoff",
    "HandoffAddition",
    "HandoffAttachment",
    "HandoffEvent",
    "Look",
    "Message",
    "PrepEntry",
    "PrepMail",
    "PrepQuestion",
    "PrepSheet",
    "PrivateCode",
    "Report",
    "Revision",
    "UnfinishedDeletion",
]
