"""What is handed to a person, and every change of its state."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base, now


class HandoffState(StrEnum):
    """Where a handoff stands; the ways between them are in `states.TRANSITIONS`."""

    OFFERED = "offered"
    DECLINED = "declined"
    WAITING = "waiting"
    CLAIMED = "claimed"
    ANSWERED = "answered"
    RESOLVED = "resolved"


class HandoffReason(StrEnum):
    """Why a person is needed."""

    PERSONAL_MEDICAL = "personal_medical"
    EMERGENCY = "emergency"
    ASKED_FOR_PERSON = "asked_for_person"
    NOT_UNDERSTOOD = "not_understood"
    BRAIN_UNAVAILABLE = "brain_unavailable"
    PREP_SHEET = "prep_sheet"
    ADVERSE_EVENT = "adverse_event"


class ContactWay(StrEnum):
    """How the patient wants to be reached."""

    CHAT = "chat"
    PHONE = "phone"
    EMAIL = "email"


class AttachmentKind(StrEnum):
    """What a patient can send along with a question."""

    PREP_SHEET = "prep_sheet"
    ADVERSE_EVENT = "adverse_event"


class Handoff(Base):
    """One question for a person; a message is handed off at most once."""

    __tablename__ = "handoff"
    __table_args__ = (
        UniqueConstraint("message_id"),
        UniqueConstraint("reference"),
        Index(None, "state", "urgent", "created_at"),
        Index(None, "conversation_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    reference: Mapped[str] = mapped_column(String(12), comment="what the patient can say on the phone")
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(String(30))
    urgent: Mapped[bool]
    state: Mapped[str] = mapped_column(String(10))
    consented_at: Mapped[datetime | None] = mapped_column(comment="when the patient agreed to what is shared")
    shared_until: Mapped[int | None] = mapped_column(comment="number of the last message that is shared")
    contact_way: Mapped[str] = mapped_column(String(10), default=ContactWay.CHAT)
    contact_detail: Mapped[str | None] = mapped_column(String(200), comment="phone number or e-mail address, if chosen")
    taken_by: Mapped[str | None] = mapped_column(String(60), comment="who has it, as patients are told")
    created_at: Mapped[datetime] = mapped_column(default=now)


class HandoffAddition(Base):
    """A further message that a handoff stands for, so that one conversation does not fill the team's list.

    The team may read it once the handoff is sent and shared up to it (`Handoff.shared_until`).
    """

    __tablename__ = "handoff_addition"
    __table_args__ = (UniqueConstraint("message_id"), Index(None, "handoff_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    handoff_id: Mapped[UUID] = mapped_column(ForeignKey("handoff.id", ondelete="CASCADE"))
    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(String(30), comment="why a person is needed for this one")
    created_at: Mapped[datetime] = mapped_column(default=now)


class HandoffAttachment(Base):
    """What the patient sent along, as it was at that moment; it never changes."""

    __tablename__ = "handoff_attachment"
    __table_args__ = (UniqueConstraint("handoff_id", "kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    handoff_id: Mapped[UUID] = mapped_column(ForeignKey("handoff.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)


class HandoffEvent(Base):
    """One change of a handoff's state."""

    __tablename__ = "handoff_event"
    __table_args__ = (Index(None, "handoff_id"), Index(None, "at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    handoff_id: Mapped[UUID] = mapped_column(ForeignKey("handoff.id", ondelete="CASCADE"))
    actor: Mapped[str] = mapped_column(String(60), comment="patient, bot, or the account of a member of staff")
    old_state: Mapped[str | None] = mapped_column(String(10))
    new_state: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(default=now)
