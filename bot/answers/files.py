"""Answer files: Markdown with front matter, one file an answer, checked as they are read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.answers.topics import topics
from bot.errors import BrokenAnswerFileError
from bot.yaml_files import parse_yaml

FEWEST_EXAMPLES, FEWEST_TESTS = 12, 3

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Strict):
    """Where a statement comes from."""

    title: Line
    publisher: Line
    url: Annotated[str, StringConstraints(pattern=r"^https://\S+$")] | None = None
    read: date


class Ask(_Strict):
    """The question that reading an answer adds to the patient's list."""

    question: Line
    why: Line
    topic: Line


class AnswerFile(_Strict):
    """One answer as its file states it."""

    id: str
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=90)]
    body: Annotated[str, StringConstraints(strip_whitespace=True, min_length=40, max_length=4_000)]
    review_due: date
    sources: Annotated[list[Source], Field(min_length=1)]
    examples: Annotated[list[Line], Field(min_length=FEWEST_EXAMPLES)]
    tests: Annotated[list[Line], Field(min_length=FEWEST_TESTS)]
    jurisdiction: Line | None = None
    clinic_facts: list[Line] = []
    ask: Ask | None = None

    @property
    def category(self) -> str:
        """The first part of the id."""
        return self.id.partition("/")[0]

    @property
    def content_hash(self) -> str:
        """SHA-256 of everything that makes one wording differ from another."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()


def read_answer_files(folder: Path) -> list[AnswerFile]:
    """Read all answers below a folder, in order of id.

    Raises:
        BrokenAnswerFileError: A file cannot be used, or two answers train on the same example.
    """
    answers = [_read(path, folder) for path in sorted(folder.glob("*/*.md"))]
    if not answers:
        raise BrokenAnswerFileError(folder, "there are no answer files here")
    for path, question in _repeated(answers):
        raise BrokenAnswerFileError(path, f"the question “{question}” stands in another answer too")
    return answers


def _read(path: Path, folder: Path) -> AnswerFile:
    answer_id = path.relative_to(folder).with_suffix("").as_posix()
    if path.parent.name not in topics().categories:
        raise BrokenAnswerFileError(path, f"{path.parent.name} is not a category")
    front, body = _split(path)
    try:
        return AnswerFile(id=answer_id, body=body, **front)
    except (ValidationError, TypeError) as error:
        raise BrokenAnswerFileError(path, _first_problem(error)) from error


def _split(path: Path) -> tuple[dict[str, Any], str]:
    opening, front, body = (*_text_of(path).split("---\n", 2), "", "")[:3]
    if opening or not body:
        raise BrokenAnswerFileError(path, "it must begin with front matter between two lines of ---")
    try:
        loaded = parse_yaml(front)
    except yaml.YAMLError as error:
        raise BrokenAnswerFileError(path, f"its front matter is not YAML: {error}") from error
    return (loaded if isinstance(loaded, dict) else {}), body


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BrokenAnswerFileError(path, "it is not UTF-8 text") from error


def _first_problem(error: ValidationError | TypeError) -> str:
    if isinstance(error, TypeError):
        return "id and body are not fields of the front matter"
    problem = error.errors()[0]
    return f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"


def _repeated(answers: list[AnswerFile]) -> Iterator[tuple[str, str]]:
    seen: dict[str, str] = {}
    for answer in answers:
        for question in answer.examples:
            if seen.setdefault(question.casefold(), answer.id) != answer.id:
                yield answer.id, question
