"""The prep sheet: what a patient wants to take to the appointment, in their own words."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base, now


class PrepEntry(Base):
    """One part of one patient's sheet, uninterpreted."""

    __tablename__ = "prep_entry"
    __table_args__ = (UniqueConstraint("conversation_id", "part"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    part: Mapped[str] = mapped_column(String(20), comment="reason, matters or questions")
    text: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(default=now)
