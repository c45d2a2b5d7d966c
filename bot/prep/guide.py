"""What the prep sheet asks and offers, in each language: read from data/prep and checked once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.data_files import filled_in, read_data
from bot.errors import BrokenDataFileError
from bot.languages import DEFAULT_LANGUAGE, best_language
from bot.settings import ROOT

FOLDER = ROOT / "data" / "prep"
SOURCES = "sources.yml"

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,20}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Strict):
    """Where a question comes from."""

    title: Line
    publisher: Line
    url: Annotated[str, StringConstraints(pattern=r"^https://\S+$")]


class Part(_Strict):
    """One thing that the patient writes about."""

    id: Name
    label: Line
    help: Line


class Section(_Strict):
    """Parts that stand together."""

    id: Name
    title: Line
    parts: Annotated[list[Part], Field(min_length=1)]


class Question(_Strict):
    """A question to ask the provider, and why it is worth asking."""

    id: Name
    text: Line
    why: Line
    source: Name


class Topic(_Strict):
    """Questions about one thing."""

    id: Name
    title: Line
    questions: Annotated[list[Question], Field(min_length=1)]


class Readiness(_Strict):
    """A statement to agree with or not, and what to talk about if not."""

    id: Name
    ask: Line
    talk_about: Line


class DocumentWords(_Strict):
    """The words around the patient's own on paper."""

    title: Line
    clinic: Line
    changed: Line
    top: Line
    questions: Line
    own_answer: Line
    why: Line
    source: Line
    talk_about: Line
    read: Line
    read_title: Line
    read_revision: Line
    read_on: Line
    for_provider: Line
    asked_on: Line
    reference: Line
    nothing: Line
    unprintable: Line
    disclosure: Line
    contact: Line
    date: Line
    months: Annotated[list[Line], Field(min_length=12, max_length=12)]
    file: Annotated[str, StringConstraints(pattern=r"^[a-z-]+$")]

    def day(self, moment: datetime) -> str:
        """The day of a moment in its own time zone, as it is written out."""
        month = self.months[moment.month - 1]
        return self.date.format(day=moment.day, month=month, year=moment.year)


class MailWords(_Strict):
    """The words of the mail that brings the sheet."""

    subject: Line
    greeting: Line
    not_you: Line


class Guide(_Strict):
    """All of it, in one language."""

    sections: list[Section]
    topics: list[Topic]
    readiness: list[Readiness]
    emergency: str
    self_harm: str
    document: DocumentWords
    mail: MailWords
    sources: dict[str, Source]

    @property
    def parts(self) -> tuple[str, ...]:
        """The ids of all parts, in their order."""
        return tuple(part.id for section in self.sections for part in section.parts)

    @property
    def questions(self) -> dict[str, Question]:
        """Every question by its id."""
        return {question.id: question for topic in self.topics for question in topic.questions}

    @property
    def ids(self) -> list[tuple[str, str]]:
        """What must be the same in every language."""
        return [
            *(("part", part) for part in self.parts),
            *(("topic", topic.id) for topic in self.topics),
            *(("question", question) for question in self.questions),
            *(("source", question.source) for question in self.questions.values()),
            *(("readiness", item.id) for item in self.readiness),
        ]


class Guides:
    """The guide in every language that has one."""

    def __init__(self, by_language: Mapping[str, Guide]) -> None:
        self._by_language = by_language

    @classmethod
    def load(cls, facts: Mapping[str, str], folder: Path = FOLDER) -> Guides:
        """Read all languages, with the clinic's facts filled in.

        Raises:
            BrokenDataFileError: A file cannot be used, or the languages differ in their ids.
        """
        sources = _read(folder / SOURCES)
        paths = sorted(path for path in folder.glob("*.yml") if path.name != SOURCES)
        guides = {path.stem: _guide(path, sources, facts) for path in paths}
        _check_default(folder, guides)
        for path in paths:
            _check_ids(path, guides[path.stem], guides[DEFAULT_LANGUAGE])
        return cls(guides)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that there is a guide in."""
        return tuple(self._by_language)

    def best_language(self, wanted: str) -> str:
        """The language for a tag such as `es-MX`; the default if there is none."""
        return best_language(wanted, self._by_language)

    def in_language(self, wanted: str) -> Guide:
        """The guide for a language tag."""
        return self._by_language[self.best_language(wanted)]


def _read(path: Path) -> dict[str, Any]:
    loaded = read_data(path)
    if not isinstance(loaded, dict):
        raise BrokenDataFileError(path, "it must be a mapping")
    return loaded


def _guide(path: Path, sources: Mapping[str, Any], facts: Mapping[str, str]) -> Guide:
    try:
        guide = Guide.model_validate(filled_in(_read(path), facts) | {"sources": sources})
    except ValidationError as error:
        problem = error.errors()[0]
        raise BrokenDataFileError(path, f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}") from error
    except (KeyError, ValueError) as error:
        raise BrokenDataFileError(path, f"a text names an unknown fact: {error}") from error
    for problem_text in _problems(guide):
        raise BrokenDataFileError(path, problem_text)
    return guide


def _problems(guide: Guide) -> Iterator[str]:
    for kind in ("part", "topic", "question", "readiness"):
        ids = [found for of_kind, found in guide.ids if of_kind == kind]
        yield from (f"the {kind} {found} stands there twice" for found in set(ids) if ids.count(found) > 1)
    written = [question for topic in guide.topics for question in topic.questions]
    if len(written) > len(guide.questions):
        yield "a question's id stands there twice"
    yield from (f"the source {item.source} is unknown" for item in written if item.source not in guide.sources)


def _check_default(folder: Path, guides: Mapping[str, Guide]) -> None:
    if DEFAULT_LANGUAGE not in guides:
        raise BrokenDataFileError(folder / f"{DEFAULT_LANGUAGE}.yml", "it is missing")


def _check_ids(path: Path, guide: Guide, default: Guide) -> None:
    if guide.ids != default.ids:
        odd = next(iter(set(guide.ids) ^ set(default.ids)), ("order", "another order"))
        raise BrokenDataFileError(path, f"it differs from {DEFAULT_LANGUAGE}.yml in the {odd[0]} {odd[1]}")
