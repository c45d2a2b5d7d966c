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
    """What a set measures."""

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


class BrokenSetError(AskwellError):
    """A line of a set cannot be used."""

    def __init__(self, path: Path, number: int, reason: str) -> None:
        super().__init__(f"{path}:{number}: {reason}")


@dataclass(frozen=True)
class _FileKind:
    """What the name of a file says of its rows."""

    set: SetName
    field: str = ""
    """Where a row says what is expected."""
    default: str | None = ""
    """What is expected of a row that does not say; None if it must."""
    allowed: frozenset[str] = frozenset()


_UNKNOWN = _FileKind(SetName.UNKNOWN)
_KINDS_OUT_OF_SCOPE = frozenset({"oos", "other_medicine"})
_FILES = {
    "personal_medical": _FileKind(SetName.PERSONAL_MEDICAL),
    # Without a tier nobody vouched for it being clear, so an urgent handoff is right too.
    "emergency": _FileKind(SetName.EMERGENCY, "tier", "possible", frozenset({"clear", "possible"})),
    "general_exosome": _FileKind(SetName.GENERAL, "category", None),
    "out_of_scope": _FileKind(SetName.OUT_OF_SCOPE, "kind", "oos", _KINDS_OUT_OF_SCOPE),
    "other_medicine": _FileKind(SetName.OUT_OF_SCOPE, "kind", "other_medicine", _KINDS_OUT_OF_SCOPE),
    "chitchat": _FileKind(SetName.CHITCHAT, "label", None),
} | {
    label: _FileKind(SetName.CHITCHAT, "label", label)
    for label in ("greet", "thank", "goodbye", "bot_challenge", "small_talk")
}


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
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_read_row(line, path, number) for number, line in enumerate(lines, 1) if line.strip()]


def _read_row(line: str, path: Path, number: int) -> Row:
    try:
        return _row(json.loads(line), _FILES.get(path.stem, _UNKNOWN), path.stem)
    except KeyError as error:
        raise BrokenSetError(path, number, f"the field {error} is missing") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise BrokenSetError(path, number, str(error)) from error


def _row(fields: dict[str, Any], kind: _FileKind, stem: str) -> Row:
    text = _words(fields["text"])
    return Row(
        id=f"{stem}/{fields.get('id', _fingerprint(text))}",
        set=kind.set,
        text=text,
        expected=_expected(fields, kind),
        boundary=bool(fields.get("boundary", False)),
    )


def _expected(fields: dict[str, Any], kind: _FileKind) -> str:
    default = fields[kind.field] if kind.default is None else kind.default
    expected = str(fields.get(kind.field, default))
    if kind.allowed and expected not in kind.allowed:
        raise ValueError(f"{kind.field} is “{expected}”, not one of: {', '.join(sorted(kind.allowed))}")
    return expected


def _words(text: object) -> str:
    if not isinstance(text, str):
        raise TypeError("text is not a string")
    return text


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
