"""Reports of what followed a treatment, in the patient's own words."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base, now


class Report(Base):
    """One report as it was sent; it never changes. Where it stands, its handoff says."""

    __tablename__ = "report"
    __table_args__ = (UniqueConstraint("conversation_id", "client_report_id"), UniqueConstraint("handoff_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    client_report_id: Mapped[UUID] = mapped_column(comment="the widget's id; the same id is the same report")
    handoff_id: Mapped[UUID] = mapped_column(ForeignKey("handoff.id", ondelete="CASCADE"))
    fields: Mapped[dict[str, Any]] = mapped_column(
        comment="the patient's words by the name of the field, uninterpreted"
    )
    submitted_at: Mapped[datetime] = mapped_column(default=now)
