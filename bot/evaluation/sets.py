"""The messages to measure with: the test questions of all answers, and a folder of labelled sets."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.answers.files import AnswerFile
from bot.errors import AskwellError


class SetName(StrEnum):
    """What a set measures; for all but the first and the last also the name of its file."""

    ANSWERS = "answers"
    PERSONAL_MEDICAL = "personal_medical"
    EMERGENCY = "emergency"
    GENERAL = "general_exosome"
    OUT_OF_SCOPE = "out_of_scope"
    CHITCHAT = "chitchat"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Row:
    """One message and what should become of it."""

    id: str
    """Unique in the run, and the same in the next one."""
    set: SetName
    text: str
    expected: str = ""
    """By set: an answer's id, a category, a tier, a kind, a label; empty where nothing is expected."""
    boundary: bool = False
    """Arguably personal, so that handing it off is no mistake."""
    file: str = ""


class BrokenSetError(AskwellError):
    """A line of a set cannot be used."""

    def __init__(self, path: Path, number: int, reason: str) -> None:
        super().__init__(f"{path}:{number}: {reason}")


_EXPECTED: dict[SetName, tuple[str, frozenset[str]]] = {
    SetName.EMERGENCY: ("tier", frozenset({"clear", "possible"})),
    SetName.GENERAL: ("category", frozenset()),
    SetName.OUT_OF_SCOPE: ("kind", frozenset({"oos", "other_medicine"})),
    SetName.CHITCHAT: ("label", frozenset()),
}
"""The field that holds what is expected, and its values where they are few."""


def rows_of_answers(answers: Sequence[AnswerFile]) -> list[Row]:
    """The test questions; the id follows the words, so that a changed question is another row."""
    return [
        Row(f"answers/{answer.id}#{_fingerprint(question)}", SetName.ANSWERS, question, expected=answer.id)
        for answer in answers
        for question in answer.tests
    ]


def rows_of_folder(folder: Path) -> list[Row]:
    """All `*.jsonl` files of a folder; a file with a name that says nothing is replayed, not scored.

    Raises:
        BrokenSetError: A line lacks what its set needs; the message names it.
        AskwellError: The folder holds no set, or two rows of a file have one id.
    """
    rows = [row for path in sorted(folder.glob("*.jsonl")) for row in _rows_of_file(path)]
    if not rows:
        raise AskwellError(f"{folder} holds no message: it should hold files such as general_exosome.jsonl")
    repeated = [name for name, count in Counter(row.id for row in rows).items() if count > 1]
    if repeated:
        raise AskwellError(f"{folder}: the id {repeated[0]} stands there more than once")
    return rows


def _rows_of_file(path: Path) -> list[Row]:
    name = SetName(path.stem) if path.stem in set(SetName) else SetName.UNKNOWN
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_read_row(line, name, path, number) for number, line in enumerate(lines, 1) if line.strip()]


def _read_row(line: str, name: SetName, path: Path, number: int) -> Row:
    try:
        return _row(json.loads(line), name, path.stem)
    except KeyError as error:
        raise BrokenSetError(path, number, f"the field {error} is missing") from error
    except (ValueError, TypeError) as error:
        raise BrokenSetError(path, number, str(error)) from error


def _row(fields: dict[str, Any], name: SetName, stem: str) -> Row:
    field, allowed = _EXPECTED.get(name, ("", frozenset()))
    expected = str(fields[field]) if field else ""
    if allowed and expected not in allowed:
        raise ValueError(f"{field} is “{expected}”, not one of: {', '.join(sorted(allowed))}")
    return Row(
        id=f"{stem}/{fields['id']}",
        set=name,
        text=_words(fields["text"]),
        expected=expected,
        boundary=bool(fields.get("boundary", False)),
        file=f"{stem}.jsonl",
    )


def _words(text: object) -> str:
    if not isinstance(text, str):
        raise TypeError("text is not a string")
    return text


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
