"""The prep sheet: what a patient wants to take to the appointment, in their own words."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base, now


class PrepSheet(Base):
    """What a sheet holds besides its parts and questions; there is none until something was saved."""

    __tablename__ = "prep_sheet"

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(comment="grows by one with each change; a change to an older one is refused")
    readiness: Mapped[dict[str, Any]] = mapped_column(comment="true or false by the id of each statement")
    updated_at: Mapped[datetime] = mapped_column(default=now)


class PrepEntry(Base):
    """One part of one patient's sheet, uninterpreted."""

    __tablename__ = "prep_entry"
    __table_args__ = (UniqueConstraint("conversation_id", "part"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    part: Mapped[str] = mapped_column(String(20), comment="id of a part in data/prep")
    text: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(default=now)


class PrepQuestion(Base):
    """One question on a patient's list."""

    __tablename__ = "prep_question"
    __table_args__ = (UniqueConstraint("conversation_id", "question"), Index(None, "conversation_id", "position"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(comment="place in the patient's order, from 0")
    question: Mapped[str | None] = mapped_column(
        String(100), comment="id in data/prep, or of the answer that it came from; none for the patient's own"
    )
    text: Mapped[str] = mapped_column(Text, comment="as it was when it was put on the list")
    why: Mapped[str | None] = mapped_column(Text)
    top: Mapped[bool]


class PrepMail(Base):
    """That a sheet was mailed, to limit how often; where to is not kept."""

    __tablename__ = "prep_mail"
    __table_args__ = (Index(None, "conversation_id", "sent_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    sent_at: Mapped[datetime] = mapped_column(default=now)
