"""Answers and their immutable revisions."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base, JsonColumn, now


class RevisionStatus(StrEnum):
    """Where a revision stands on its way to patients and away from them."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    PUBLISHED = "published"
    RETIRED = "retired"


class Answer(Base):
    """What patients can be told about one question; the words are in its revisions."""

    __tablename__ = "answer"

    id: Mapped[str] = mapped_column(String(100), primary_key=True, comment="category/name, such as risks/infection")
    category: Mapped[str] = mapped_column(String(30))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Revision(Base):
    """One wording of an answer. Only its status ever changes."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("answer_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    answer_id: Mapped[str] = mapped_column(ForeignKey("answer.id", ondelete="RESTRICT"))
    number: Mapped[int] = mapped_column(comment="1, 2, 3 … within the answer")
    content_hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the content, to tell whether it changed")
    status: Mapped[str] = mapped_column(String(10))
    starter: Mapped[bool] = mapped_column(comment="came with Askwell; no clinician of this clinic reviewed it")
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text, comment="Markdown")
    jurisdiction: Mapped[str | None] = mapped_column(String(20))
    review_due: Mapped[date] = mapped_column(Date, comment="withheld from patients after this day")
    examples: Mapped[list[str]] = mapped_column(JsonColumn, comment="questions that train the classifier")
    tests: Mapped[list[str]] = mapped_column(JsonColumn, comment="questions that only measure it")
    sources: Mapped[list[dict[str, Any]]] = mapped_column(JsonColumn)
    clinic_facts: Mapped[list[str]] = mapped_column(JsonColumn, comment="what the clinic is to fill in")
    ask: Mapped[dict[str, Any] | None] = mapped_column(comment="the question this adds to the patient's list")
    author: Mapped[str] = mapped_column(String(60))
    approved_by: Mapped[str | None] = mapped_column(String(60))
    approved_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def label(self) -> str:
        """The revision's name in decision records, such as `risks/infection@3`."""
        return label_of(self.answer_id, self.number)


def label_of(answer_id: str, number: int) -> str:
    """The label of a revision."""
    return f"{answer_id}@{number}"


def read_label(label: str) -> tuple[str, int]:
    """The answer and the number that a revision's label names.

    >>> read_label("risks/infection@3")
    ('risks/infection', 3)
    """
    answer_id, _, number = label.partition("@")
    return answer_id, int(number)
