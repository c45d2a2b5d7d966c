"""What a patient's rights need: a private code, who looked, proof of a deletion, and what a deletion has left to do."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base, now


class PrivateCode(Base):
    """What opens a conversation on another device; the code itself is never stored."""

    __tablename__ = "private_code"
    __table_args__ = (UniqueConstraint("code_hash"),)

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), comment="SHA-256 of the code")
    made_at: Mapped[datetime] = mapped_column(default=now)


class LookKind(StrEnum):
    """What was looked at."""

    HANDOFF = "handoff"
    EXPORT = "export"


class Look(Base):
    """One look at a patient's words, without a word of them; it never changes."""

    __tablename__ = "look"
    __table_args__ = (Index(None, "conversation_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    actor: Mapped[str] = mapped_column(String(60), comment="patient, or the account of a member of staff")
    kind: Mapped[str] = mapped_column(String(10))
    of: Mapped[str] = mapped_column(String(20), comment="a handoff's reference, or an export's format")
    at: Mapped[datetime] = mapped_column(default=now)


class DeletionReceipt(Base):
    """Proof that a conversation was deleted: when and how much, not what; whose, only for who still has its id."""

    __tablename__ = "deletion_receipt"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    deleted_at: Mapped[datetime]
    counts: Mapped[dict[str, Any]] = mapped_column(comment="rows that were deleted, by table")
    conversation_hash: Mapped[bytes | None] = mapped_column(
        LargeBinary(32), comment="SHA-256 of its id, to know it again in a restored backup"
    )


class UnfinishedDeletion(Base):
    """A conversation whose traces outside this database are still looked for."""

    __tablename__ = "unfinished_deletion"

    conversation_id: Mapped[UUID] = mapped_column(primary_key=True, comment="of a conversation that is no more")
    deleted_at: Mapped[datetime]
