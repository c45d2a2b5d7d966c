"""The message ledger: what patients said and what they were told, in order."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base, now


class Author(StrEnum):
    """Who said it."""

    PATIENT = "patient"
    BOT = "bot"
    STAFF = "staff"


class MessageStatus(StrEnum):
    """How far a patient's message has come; what the bot or staff said is `sent`."""

    RECEIVED = "received"
    ANSWERED = "answered"
    FAILED = "failed"
    HELD = "held"
    SENT = "sent"


class Holder(StrEnum):
    """Who has the conversation: while a person has it, the bot is silent."""

    BOT = "bot"
    PERSON = "person"


class FeedbackReason(StrEnum):
    """Why an answer was not what the patient had asked."""

    WRONG_ANSWER = "wrong_answer"
    UNCLEAR = "unclear"
    OUT_OF_DATE = "out_of_date"
    MISSING = "missing"


class Conversation(Base):
    """One patient's conversation on one device; the token itself is never stored."""

    __tablename__ = "conversation"
    __table_args__ = (Index(None, "last_used_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), comment="SHA-256 of the patient's token")
    holder: Mapped[str] = mapped_column(String(10), default=Holder.BOT)
    last_seq: Mapped[int] = mapped_column(default=0, comment="number of the newest message")
    created_at: Mapped[datetime] = mapped_column(default=now)
    token_issued_at: Mapped[datetime] = mapped_column(default=now, comment="when its token was given; old ones die")
    last_used_at: Mapped[datetime] = mapped_column(default=now, comment="when its token was last used; idle ones die")


class Message(Base):
    """One message, never changed but for its status."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("conversation_id", "client_message_id"),
        Index(None, "status", "conversation_id"),
        Index(None, "in_reply_to"),
        Index(None, "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    seq: Mapped[int] = mapped_column(comment="place in the conversation, from 1, without gaps")
    client_message_id: Mapped[UUID | None] = mapped_column(comment="the widget's id; the same id is the same message")
    author: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text, comment="as typed, less what no database holds; Markdown if the bot's")
    choice: Mapped[str | None] = mapped_column(String(200), comment="the button that was pressed instead of typing")
    status: Mapped[str] = mapped_column(String(10))
    said_by: Mapped[str | None] = mapped_column(String(60), comment="who of the staff said it, as patients are told")
    in_reply_to: Mapped[UUID | None] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    reply: Mapped[dict[str, Any] | None] = mapped_column(comment="the bot's decision record, choices and handoff")
    created_at: Mapped[datetime] = mapped_column(default=now)


class AnswerFeedback(Base):
    """What the patient said last of one answer."""

    __tablename__ = "answer_feedback"
    __table_args__ = (UniqueConstraint("message_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    helpful: Mapped[bool] = mapped_column(comment="was it what the patient had asked")
    reason: Mapped[str | None] = mapped_column(String(20), comment="what was wrong, if it was not")
    given_at: Mapped[datetime] = mapped_column(default=now)
