"""The prep sheet of a conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.catalogue import Catalogue, Withheld
from bot.conversations.hold import hold
from bot.errors import AnswerNotFoundError, SheetChangedError, SheetFullError, UnknownPartError
from bot.languages import DEFAULT_LANGUAGE
from bot.prep.guide import Guide, Guides
from bot.prep.history import AskedQuestion, ReadAnswer, answers_read, questions_asked
from bot.prep.models import PrepEntry, PrepQuestion, PrepSheet
from bot.safety.text import clean
from bot.store.base import now
from bot.store.database import Database

CHAT_PARTS = ("reason", "matters", "questions")
"""The parts that the chat asks for."""

MOST_CHARACTERS = 2_000
MOST_QUESTIONS = 40
MOST_TOP = 3


@dataclass(frozen=True)
class Listed:
    """One question on a patient's list."""

    text: str
    question: str | None = None
    """Its id in the guide, or of the answer that it came from; none for the patient's own."""
    why: str | None = None
    top: bool = False


@dataclass(frozen=True)
class Sheet:
    """All that a patient takes to the appointment."""

    version: int
    updated_at: datetime | None
    parts: Mapping[str, str]
    questions: Sequence[Listed]
    readiness: Mapping[str, bool]
    read: Sequence[ReadAnswer]
    asked: Sequence[AskedQuestion]


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is to be different; all that is left out stays as it is."""

    version: int
    """The version that the change was made to."""
    parts: Mapping[str, str] = field(default_factory=dict)
    questions: Sequence[Listed] | None = None
    readiness: Mapping[str, bool | None] = field(default_factory=dict)


class PrepSheets:
    """Each conversation's sheet, in the patient's own words."""

    def __init__(self, database: Database, guides: Guides, catalogue: Catalogue) -> None:
        self._database = database
        self._guides = guides
        self._catalogue = catalogue

    async def of(self, conversation_id: UUID) -> dict[str, str]:
        """The parts of a sheet that are filled in, in their order."""
        async with self._database.reading() as session:
            return await self._parts(session, conversation_id)

    async def read(self, conversation_id: UUID) -> Sheet:
        """The whole sheet; what the patient read and asked is gathered from the ledger at this moment."""
        async with self._database.reading() as session:
            return await self.read_within(session, conversation_id)

    async def read_within(self, session: AsyncSession, conversation_id: UUID) -> Sheet:
        """`read` as a part of a larger transaction."""
        sheet = await session.get(PrepSheet, conversation_id)
        rows = await _questions(session, conversation_id)
        return Sheet(
            version=sheet.version if sheet else 0,
            updated_at=sheet.updated_at if sheet else None,
            parts=await self._parts(session, conversation_id),
            questions=[Listed(row.text, row.question, row.why, row.top) for row in rows],
            readiness=sheet.readiness if sheet else {},
            read=await answers_read(session, conversation_id),
            asked=await questions_asked(session, conversation_id),
        )

    async def add_words(self, conversation_id: UUID, part: str, words: str) -> bool:
        """Put words on a part, below what is there: nothing on a sheet is ever overwritten from the chat.

        The same words again, as when a message is handled twice, change nothing. Returns False where there is no room.
        """
        async with self._database.writing() as session:
            await hold(session, conversation_id)
            old = (await self._parts(session, conversation_id)).get(part)
            text = _below(old, clean(words).strip())
            if len(text) > MOST_CHARACTERS:
                return False
            if text != old:
                await _next_version(session, conversation_id)
                await self._save_parts(session, conversation_id, {part: text})
            return True

    async def change(self, conversation_id: UUID, change: Change) -> None:
        """Make a change as one.

        Raises:
            SheetChangedError: The sheet is not of the change's version any more.
            UnknownPartError: The change names what no sheet has.
            SheetFullError: It lists too many questions.
        """
        async with self._database.writing() as session:
            sheet = await _next_version(session, conversation_id, expected=change.version)
            await self._save_parts(session, conversation_id, change.parts)
            if change.questions is not None:
                await self._save_questions(session, conversation_id, change.questions)
            sheet.readiness = self._merged(sheet.readiness, change.readiness)

    async def add_own(self, conversation_id: UUID, text: str) -> tuple[Listed, bool]:
        """Put the patient's own question on the list; returns it, and whether it is new there."""
        return await self._add(conversation_id, Listed(clean(text).strip()))

    async def add_from_guide(self, conversation_id: UUID, question_id: str) -> tuple[Listed, bool]:
        """Put a question of the guide on the list; returns it, and whether it is new there.

        Raises:
            UnknownPartError: The guide has no such question.
        """
        return await self._add(conversation_id, self._from_guide(question_id))

    async def add_from_answer(self, conversation_id: UUID, answer_id: str) -> tuple[Listed, bool]:
        """Put the question that an answer leads to on the list; returns it, and whether it is new there.

        Raises:
            AnswerNotFoundError: Patients cannot read such an answer now.
        """
        revision = await self._catalogue.readable(answer_id)
        if isinstance(revision, Withheld):
            raise AnswerNotFoundError(answer_id)
        # An answer that suggests no question of its own is one: its title restates what was asked.
        ask = revision.ask or {"question": revision.title, "why": None}
        return await self._add(conversation_id, Listed(ask["question"], answer_id, ask["why"]))

    async def _add(self, conversation_id: UUID, wanted: Listed) -> tuple[Listed, bool]:
        async with self._database.writing() as session:
            await hold(session, conversation_id)
            rows = await _questions(session, conversation_id)
            if _key(wanted) in {row.question or row.text for row in rows}:
                return wanted, False
            _check_count(len(rows) + 1)
            await _next_version(session, conversation_id)
            session.add(_row(conversation_id, len(rows), wanted))
        return wanted, True

    async def _parts(self, session: AsyncSession, conversation_id: UUID) -> dict[str, str]:
        query = select(PrepEntry).where(PrepEntry.conversation_id == conversation_id)
        entries = {entry.part: entry.text for entry in await session.scalars(query)}
        return {part: entries[part] for part in self._guide.parts if part in entries}

    async def _save_parts(self, session: AsyncSession, conversation_id: UUID, parts: Mapping[str, str]) -> None:
        _check_names("parts", parts, self._guide.parts)
        own = PrepEntry.conversation_id == conversation_id
        await session.execute(delete(PrepEntry).where(own, PrepEntry.part.in_(parts)))
        words = {part: clean(text)[:MOST_CHARACTERS] for part, text in parts.items()}
        session.add_all(
            PrepEntry(conversation_id=conversation_id, part=part, text=text)
            for part, text in words.items()
            if text.strip()
        )

    async def _save_questions(self, session: AsyncSession, conversation_id: UUID, wanted: Sequence[Listed]) -> None:
        _check_count(len(wanted))
        rows = await _questions(session, conversation_id)
        known = {row.question: Listed(row.text, row.question, row.why) for row in rows}
        worded = [self._worded(item, known) for item in wanted]
        listed = {_key(item): item for item in worded if item.text}  # each once
        await session.execute(delete(PrepQuestion).where(PrepQuestion.conversation_id == conversation_id))
        session.add_all(_row(conversation_id, place, item) for place, item in enumerate(listed.values()))

    def _worded(self, wanted: Listed, known: Mapping[str | None, Listed]) -> Listed:
        """A wanted question with the words that its id stands for."""
        if wanted.question is None:
            return Listed(clean(wanted.text).strip(), top=wanted.top)
        named = known.get(wanted.question) or self._from_guide(wanted.question)
        return Listed(named.text, named.question, named.why, wanted.top)

    def _from_guide(self, question_id: str) -> Listed:
        question = self._guide.questions.get(question_id)
        if question is None:
            raise UnknownPartError("questions")
        return Listed(question.text, question.id, question.why)

    def _merged(self, old: Mapping[str, bool], new: Mapping[str, bool | None]) -> dict[str, Any]:
        _check_names("readiness", new, [item.id for item in self._guide.readiness])
        return {name: answer for name, answer in {**old, **new}.items() if answer is not None}

    @property
    def _guide(self) -> Guide:
        return self._guides.in_language(DEFAULT_LANGUAGE)


async def _next_version(session: AsyncSession, conversation_id: UUID, *, expected: int | None = None) -> PrepSheet:
    await hold(session, conversation_id)
    sheet = await session.get(PrepSheet, conversation_id)
    if sheet is None:
        sheet = PrepSheet(conversation_id=conversation_id, version=0, readiness={})
        session.add(sheet)
    if expected not in (None, sheet.version):
        raise SheetChangedError
    sheet.version, sheet.updated_at = sheet.version + 1, now()
    return sheet


async def _questions(session: AsyncSession, conversation_id: UUID) -> Sequence[PrepQuestion]:
    own = PrepQuestion.conversation_id == conversation_id
    return (await session.scalars(select(PrepQuestion).where(own).order_by(PrepQuestion.position))).all()


def _below(old: str | None, words: str) -> str:
    if not old or old.strip() == words:
        return old or words
    return old if old.endswith(f"\n{words}") else f"{old}\n{words}"


def _key(item: Listed) -> str:
    """What makes two questions the same one."""
    return item.question or item.text


def _row(conversation_id: UUID, position: int, item: Listed) -> PrepQuestion:
    return PrepQuestion(
        conversation_id=conversation_id,
        position=position,
        question=item.question,
        text=item.text,
        why=item.why,
        top=item.top,
    )


def _check_names(of: str, given: Mapping[str, object], known: Sequence[str]) -> None:
    if not set(given) <= set(known):
        raise UnknownPartError(of)


def _check_count(count: int) -> None:
    if count > MOST_QUESTIONS:
        raise SheetFullError(MOST_QUESTIONS)
