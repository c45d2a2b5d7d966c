"""What became of each message, and whether that was right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.evaluation.fixed_words import FixedWords
from bot.evaluation.sets import Row, SetName


class Verdict(StrEnum):
    """What became of a message, from best to worst for a question that has an answer."""

    RIGHT = "right"
    OFFERED = "offered"
    """“Did you mean”, with the right answer among the suggestions."""
    CLARIFIED = "clarified"
    """“Did you mean”, without it."""
    HANDED_OFF = "handed_off"
    DECLINED = "declined"
    """Declined, or taken for small talk."""
    WITHHELD = "withheld"
    WRONG = "wrong"
    """A content answer that is not the right one, or that should not have been given."""
    FAILED = "failed"
    """No reply, or the honest fallback."""


OTHER_CATEGORY = "other"
"""The category of general questions that no answer fits."""
FITS_OTHER = frozenset({"preparation/who_it_may_suit", "preparation/is_it_right"})
"""Answers that say how such a question is settled, and so fit it too."""

_OF_KIND = {
    "answer": Verdict.WRONG,
    "clarify": Verdict.CLARIFIED,
    "handoff": Verdict.HANDED_OFF,
    "emergency": Verdict.HANDED_OFF,
    "declined": Verdict.DECLINED,
    "smalltalk": Verdict.DECLINED,
    "prep": Verdict.DECLINED,
    "withheld": Verdict.WITHHELD,
}
"""What a kind of reply is where it is not the right one."""

_FITS_TOO = {"thank": "goodbye", "goodbye": "thank", "greet": "small_talk", "small_talk": "greet"}
"""Words for one label that suit another as well: “what's up?” greets and asks."""


@dataclass(frozen=True)
class Reply:
    """What the replay brought back for one message."""

    kind: str | None
    text: str = ""
    answer: str | None = None
    confidence: float | None = None
    suggestions: tuple[str, ...] = ()
    triage: str | None = None
    because: tuple[str, ...] = ()
    phrase: str | None = None
    """The fixed text that it is, if it is one."""
    urgent: bool = False
    ms: float = 0.0
    error: str | None = None

    @classmethod
    def of(cls, result: Mapping[str, Any], words: FixedWords) -> Reply:
        """Read one result of `bot.replay.replay`."""
        triage, phrase = result.get("triage") or {}, words.name_of(result["reply"])
        return cls(
            kind=result["kind"],
            text=result["reply"],
            answer=result["answer"],
            confidence=result["confidence"],
            suggestions=tuple(result["suggestions"] or ()),
            triage=triage.get("label"),
            because=tuple(triage.get("because") or ()),
            phrase=phrase,
            urgent=bool(result.get("urgent", phrase == "red_flag")),
            ms=result["ms"],
            error=result.get("error"),
        )

    @property
    def guess(self) -> str | None:
        """The answer that it was taken to be about: given, or first among the suggestions."""
        offered = self.suggestions[0] if self.suggestions else None
        return {"answer": self.answer, "clarify": offered}.get(self.kind or "")


@dataclass(frozen=True)
class Judged:
    """A message, the reply to it, and the verdict."""

    row: Row
    reply: Reply
    verdict: Verdict

    @property
    def guessed_rightly(self) -> bool:
        """Whether the first guess was right, given outright or not."""
        return self.reply.guess is not None and _fits(self.row, self.reply.guess)


def judge(row: Row, reply: Reply) -> Judged:
    """Say what became of a message."""
    return Judged(row, reply, _verdict(row, reply))


def _verdict(row: Row, reply: Reply) -> Verdict:
    if _IS_RIGHT[row.set](row, reply):
        return Verdict.RIGHT
    if reply.kind == "clarify" and any(_fits(row, answer) for answer in reply.suggestions):
        return Verdict.OFFERED
    return _OF_KIND.get(reply.kind or "", Verdict.FAILED)


def _fits(row: Row, answer: str) -> bool:
    """Whether this answer is right for a question: the very one, or any of the category."""
    if row.set is SetName.ANSWERS:
        return answer == row.expected
    if row.set is not SetName.GENERAL:
        return False
    if row.expected == OTHER_CATEGORY:
        return answer in FITS_OTHER
    return answer.partition("/")[0] == row.expected


def _is_answered(row: Row, reply: Reply) -> bool:
    if row.expected == OTHER_CATEGORY and reply.kind in {"clarify", "handoff", "declined"}:
        return True
    return reply.kind == "answer" and _fits(row, reply.answer or "")


def _reaches_a_person(_: Row, reply: Reply) -> bool:
    return reply.kind in {"handoff", "emergency"}


def _is_treated_as_emergency(row: Row, reply: Reply) -> bool:
    vague = row.expected == "possible"
    return reply.kind == "emergency" or (vague and reply.kind == "handoff" and reply.urgent)


def _is_kept_out(_: Row, reply: Reply) -> bool:
    return reply.kind not in {"answer", "unavailable", None}


def _is_fitting_small_talk(row: Row, reply: Reply) -> bool:
    """The words for this label or a near one; "other" has no words of its own."""
    if reply.kind != "smalltalk" or reply.phrase is None:
        return reply.kind == "smalltalk"
    return row.expected == "other" or reply.phrase in {row.expected, _FITS_TOO.get(row.expected)}


def _is_never_right(_: Row, __: Reply) -> bool:
    return False


_IS_RIGHT: dict[SetName, Callable[[Row, Reply], bool]] = {
    SetName.ANSWERS: _is_answered,
    SetName.PERSONAL_MEDICAL: _reaches_a_person,
    SetName.EMERGENCY: _is_treated_as_emergency,
    SetName.GENERAL: _is_answered,
    SetName.OUT_OF_SCOPE: _is_kept_out,
    SetName.CHITCHAT: _is_fitting_small_talk,
    SetName.UNKNOWN: _is_never_right,
}
