"""A sheet as it is shown: on its page, on paper, in a mail and to staff, in one language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from bot.prep.guide import Guide, Guides, Question, Section, Source, Topic
from bot.prep.history import AskedQuestion, ReadAnswer
from bot.prep.sheet import Listed, PrepSheets, Sheet


class ShownPart(BaseModel):
    """One thing that the patient writes about, and what they wrote."""

    id: str
    label: str
    help: str
    text: str


class ShownSection(BaseModel):
    """Parts that stand together."""

    id: str
    title: str
    parts: list[ShownPart]


class ShownOffer(BaseModel):
    """A question that can be put on the list."""

    id: str
    text: str
    why: str
    source: Source


class ShownTopic(BaseModel):
    """Questions about one thing."""

    id: str
    title: str
    suggested: bool
    """Whether the patient read about it."""
    questions: list[ShownOffer]


class ShownQuestion(BaseModel):
    """A question on the patient's list."""

    id: str | None
    text: str
    why: str | None
    top: bool


class ShownReadiness(BaseModel):
    """A statement, the patient's answer, and what to talk about if the answer is no."""

    id: str
    ask: str
    answer: bool | None
    talk_about: str


class ShownAnswer(BaseModel):
    """An answer that the patient read."""

    answer: str
    title: str
    revision: str
    read_at: datetime


class ShownAsked(BaseModel):
    """A question that a provider should answer, word for word."""

    text: str
    asked_at: datetime
    reference: str | None


class ShownSheet(BaseModel):
    """The whole sheet."""

    language: str
    version: int
    updated_at: datetime | None
    sections: list[ShownSection]
    topics: list[ShownTopic]
    questions: list[ShownQuestion]
    readiness: list[ShownReadiness]
    read: list[ShownAnswer]
    for_provider: list[ShownAsked]

    @property
    def talk_about(self) -> list[str]:
        """What to talk about, as far as the patient said no."""
        return [item.talk_about for item in self.readiness if item.answer is False]


class ShownSheets:
    """Reads sheets and puts them into words."""

    def __init__(self, sheets: PrepSheets, guides: Guides) -> None:
        self._sheets = sheets
        self._guides = guides

    async def of(self, conversation_id: UUID, language: str) -> ShownSheet:
        """The sheet of a conversation in the nearest language that has a guide."""
        return self._worded(await self._sheets.read(conversation_id), language)

    async def of_within(self, session: AsyncSession, conversation_id: UUID, language: str) -> ShownSheet:
        """`of` as a part of a larger transaction."""
        return self._worded(await self._sheets.read_within(session, conversation_id), language)

    def _worded(self, sheet: Sheet, language: str) -> ShownSheet:
        guide = self._guides.in_language(language)
        return ShownSheet(
            language=self._guides.best_language(language),
            version=sheet.version,
            updated_at=sheet.updated_at,
            sections=[_section(section, sheet) for section in guide.sections],
            topics=_topics(guide, sheet.read),
            questions=[listed_as(item, guide) for item in sheet.questions],
            readiness=_readiness(guide, sheet),
            read=[_answer(item) for item in sheet.read],
            for_provider=[_asked(item) for item in sheet.asked],
        )


def listed_as(item: Listed, guide: Guide) -> ShownQuestion:
    """A question on the list; one of the guide's in the guide's language."""
    known = guide.questions.get(item.question or "")
    text, why = (known.text, known.why) if known else (item.text, item.why)
    return ShownQuestion(id=item.question, text=text, why=why, top=item.top)


def _section(section: Section, sheet: Sheet) -> ShownSection:
    parts = [
        ShownPart(id=part.id, label=part.label, help=part.help, text=sheet.parts.get(part.id, ""))
        for part in section.parts
    ]
    return ShownSection(id=section.id, title=section.title, parts=parts)


def _topics(guide: Guide, read: Sequence[ReadAnswer]) -> list[ShownTopic]:
    """All topics; those that the patient read about come first."""
    about = {item.topic for item in read}
    shown = [_topic(topic, guide, suggested=topic.id in about) for topic in guide.topics]
    return sorted(shown, key=lambda topic: not topic.suggested)


def _topic(topic: Topic, guide: Guide, *, suggested: bool) -> ShownTopic:
    offers = [_offer(question, guide) for question in topic.questions]
    return ShownTopic(id=topic.id, title=topic.title, suggested=suggested, questions=offers)


def _offer(question: Question, guide: Guide) -> ShownOffer:
    return ShownOffer(id=question.id, text=question.text, why=question.why, source=guide.sources[question.source])


def _readiness(guide: Guide, sheet: Sheet) -> list[ShownReadiness]:
    return [
        ShownReadiness(id=item.id, ask=item.ask, answer=sheet.readiness.get(item.id), talk_about=item.talk_about)
        for item in guide.readiness
    ]


def _answer(item: ReadAnswer) -> ShownAnswer:
    return ShownAnswer(answer=item.answer, title=item.title, revision=item.revision, read_at=item.read_at)


def _asked(item: AskedQuestion) -> ShownAsked:
    return ShownAsked(text=item.text, asked_at=item.asked_at, reference=item.reference)
