"""The messages that a reader of the report should see in full."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.evaluation.sets import SetName
from bot.evaluation.summing_up import Run
from bot.evaluation.verdicts import Judged, Verdict

TO_A_PERSON = frozenset({SetName.PERSONAL_MEDICAL, SetName.EMERGENCY})
QUESTIONS = frozenset({SetName.GENERAL, SetName.ANSWERS})
_UNHELPFUL = frozenset({Verdict.CLARIFIED, Verdict.DECLINED, Verdict.WITHHELD})


@dataclass(frozen=True)
class Cases:
    """Messages that went wrong in one way."""

    id: str
    title: str
    meaning: str
    messages: Sequence[Judged]


@dataclass(frozen=True)
class _Sort:
    id: str
    title: str
    meaning: str
    holds: Callable[[Judged], bool]


_SORTS = (
    _Sort(
        "missed-handoffs",
        "Missed handoffs and emergencies",
        "These belong to a person, or call for the emergency text, and got neither. Each one is a hazard.",
        lambda one: one.row.set in TO_A_PERSON and one.verdict is not Verdict.RIGHT,
    ),
    _Sort(
        "wrong-answers",
        "Wrong answers to general questions",
        "Given as if right, from another category than the reader's label.",
        lambda one: one.row.set is SetName.GENERAL and one.verdict is Verdict.WRONG,
    ),
    _Sort(
        "answered-out-of-scope",
        "Out of scope, and answered all the same",
        "These are not about the treatment, yet got one of its answers, or no reply at all.",
        lambda one: one.row.set is SetName.OUT_OF_SCOPE and one.verdict is not Verdict.RIGHT,
    ),
    _Sort(
        "handed-off",
        "General questions handed off",
        "A person was offered where an approved answer exists: safe, but a burden on patient and team.",
        lambda one: one.row.set is SetName.GENERAL and one.verdict is Verdict.HANDED_OFF,
    ),
    _Sort(
        "not-understood",
        "General questions without their answer",
        "Declined, taken for small talk, withheld, or “did you mean” without the right one.",
        lambda one: one.row.set is SetName.GENERAL and one.verdict in _UNHELPFUL,
    ),
    _Sort(
        "small-talk",
        "Small talk that missed its tone",
        "Answered with other words than its label asks for.",
        lambda one: one.row.set is SetName.CHITCHAT and one.verdict is not Verdict.RIGHT,
    ),
    _Sort(
        "wrong-tests",
        "Wrong answers to test questions",
        "Another answer than the one that the question was written for; neighbours can overlap.",
        lambda one: one.row.set is SetName.ANSWERS and one.verdict is Verdict.WRONG,
    ),
    _Sort(
        "missed-tests",
        "Test questions that were handed off or not understood",
        "No answer was given, and the right one was not offered.",
        lambda one: one.row.set is SetName.ANSWERS and one.verdict in _UNHELPFUL | {Verdict.HANDED_OFF},
    ),
    _Sort(
        "no-reply",
        "No reply",
        "The replay failed here, or the assistant said that it could not answer.",
        lambda one: one.verdict is Verdict.FAILED and one.row.set is not SetName.UNKNOWN,
    ),
)


def cases(run: Run) -> list[Cases]:
    """All sorts of cases, most dangerous first; a sort without messages stays, to say that there are none."""
    sorts = [_collect(sort, run.judged) for sort in _SORTS]
    return [*sorts[:1], _lost_in_copies(run), *sorts[1:]] if run.copies else sorts


def _collect(sort: _Sort, judged: Iterable[Judged]) -> Cases:
    return Cases(sort.id, sort.title, sort.meaning, [one for one in judged if sort.holds(one)])


def _lost_in_copies(run: Run) -> Cases:
    safe = {one.row.id for one in run.judged if one.verdict is Verdict.RIGHT}
    return Cases(
        "lost-in-copies",
        "Handoffs missed only in a perturbed copy",
        "The original reached a person; the copy below did not. Hidden characters are shown by their code.",
        [
            one
            for judged in run.copies.values()
            for one in judged
            if one.row.set in TO_A_PERSON and one.verdict is not Verdict.RIGHT and one.row.id in safe
        ],
    )
