"""A sheet as the team has it: what its patient filled in, as it was when it was shared."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from bot.handoffs.dossier import Dossier
from bot.handoffs.models import AttachmentKind
from bot.handoffs.states import UNSENT
from bot.languages import DEFAULT_LANGUAGE
from bot.prep.shown import ShownAnswer, ShownAsked, ShownSheet, ShownSheets


class SharedPart(BaseModel):
    """What the patient wrote about one thing."""

    id: str
    label: str
    text: str


class SharedQuestion(BaseModel):
    """A question on the patient's list, in the patient's order."""

    id: str | None = None
    text: str
    top: bool = False


class SharedSheet(BaseModel):
    """The filled-in sheet; this is the form in which it is attached to a handoff."""

    language: str = DEFAULT_LANGUAGE
    updated_at: datetime | None = None
    parts: list[SharedPart] = []
    questions: list[SharedQuestion] = []
    talk_about: list[str] = []
    read: list[ShownAnswer] = []
    for_provider: list[ShownAsked] = []

    @classmethod
    def of(cls, sheet: ShownSheet) -> SharedSheet:
        """What of a sheet is shared: not what could be filled in or asked."""
        parts = [part for section in sheet.sections for part in section.parts if part.text]
        return cls(
            language=sheet.language,
            updated_at=sheet.updated_at,
            parts=[SharedPart(id=part.id, label=part.label, text=part.text) for part in parts],
            questions=[SharedQuestion(id=item.id, text=item.text, top=item.top) for item in sheet.questions],
            talk_about=sheet.talk_about,
            read=sheet.read,
            for_provider=sheet.for_provider,
        )

    @classmethod
    def in_dossier(cls, dossier: Dossier) -> SharedSheet | None:
        """The sheet that was sent along with a handoff; none if there is none, or nothing was sent."""
        if dossier.handoff.state in UNSENT:
            return None
        sheets = (item for item in dossier.attachments if item.kind == AttachmentKind.PREP_SHEET)
        return next((cls.model_validate(item.content) for item in sheets), None)

    @property
    def is_empty(self) -> bool:
        """Whether the patient put nothing on it."""
        return not (self.parts or self.questions or self.talk_about)

    @property
    def top_questions(self) -> list[str]:
        """Those that matter most to the patient."""
        return [item.text for item in self.questions if item.top]

    @property
    def other_questions(self) -> list[str]:
        """The rest of the list."""
        return [item.text for item in self.questions if not item.top]


class SheetCopies:
    """Copies sheets for the team, as they are at that moment."""

    def __init__(self, shown: ShownSheets) -> None:
        self._shown = shown

    async def attachment_within(self, session: AsyncSession, conversation_id: UUID) -> dict[str, Any] | None:
        """The sheet as it goes along with a question to the team; none if its patient put nothing on it."""
        sheet = SharedSheet.of(await self._shown.of_within(session, conversation_id, DEFAULT_LANGUAGE))
        return None if sheet.is_empty else sheet.model_dump(mode="json")

    async def snapshot_within(
        self, session: AsyncSession, conversation_id: UUID, language: str = DEFAULT_LANGUAGE
    ) -> dict[str, Any]:
        """The filled-in sheet as plain JSON: what the team gets when the patient shares it.

        It is read in the transaction that shares it, which holds the conversation: no change comes in between.
        """
        return SharedSheet.of(await self._shown.of_within(session, conversation_id, language)).model_dump(mode="json")
