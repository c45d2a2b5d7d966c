"""From judged messages to the record of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.answers.files import AnswerFile
from bot.evaluation.dialogues import Told, dialogue_figure
from bot.evaluation.metrics import (
    Guess,
    coverage_accuracy,
    expected_calibration_error,
    quantile,
    reliability,
)
from bot.evaluation.perturb import Perturbation
from bot.evaluation.record import (
    AnswerRecall,
    CalibrationBin,
    Confidence,
    Confusion,
    CoverageStep,
    Latency,
    Outcome,
    Record,
    RowOutcome,
)
from bot.evaluation.sets import SetName
from bot.evaluation.targets import figures, losses, worst_loss
from bot.evaluation.verdicts import OTHER_CATEGORY, Judged, Verdict

QUESTIONS = (SetName.GENERAL, SetName.ANSWERS)
"""The sets whose messages have a right answer."""


@dataclass(frozen=True)
class Run:
    """Everything that a run brought back."""

    judged: Sequence[Judged]
    copies: Mapping[Perturbation, Sequence[Judged]]
    """The copies of scored messages; a copy that equals its original shares its reply."""
    milliseconds: Sequence[float]
    """Of every message that was sent and answered."""
    sent: int
    failed: int
    seed: int
    at_once: int
    model: str | None = None
    told: Sequence[Told] = ()
    """The turns of whole conversations."""

    def of(self, name: SetName) -> list[Judged]:
        """The messages of one set, as they stand in it."""
        return [one for one in self.judged if one.row.set is name]


def sum_up(run: Run, answers: Sequence[AnswerFile]) -> Record:
    """Compute all figures of a run."""
    lost = losses(run.judged, run.copies)
    return Record(
        made_at=datetime.now(UTC),
        model=run.model,
        seed=run.seed,
        messages=run.sent,
        failed=run.failed,
        figures=[*figures(run.judged), dialogue_figure(run.told), worst_loss(lost)],
        losses=lost,
        outcomes=[_outcome(name, run.of(name)) for name in SetName if run.of(name)],
        confusion=[cell for name in QUESTIONS for cell in _confusion(name, run.of(name))],
        confidence=[_confidence(name, run.of(name)) for name in QUESTIONS if run.of(name)],
        answers=_recalls(run.of(SetName.ANSWERS), answers),
        latency=_latency(run),
        rows={one.row.id: _row_outcome(one) for one in run.judged},
    )


def _outcome(name: SetName, judged: Sequence[Judged]) -> Outcome:
    verdicts = Counter(one.verdict for one in judged)
    return Outcome(set=name, total=len(judged), verdicts={verdict: verdicts[verdict] for verdict in Verdict})


def _confusion(name: SetName, judged: Iterable[Judged]) -> list[Confusion]:
    cells = Counter((one.row.expected.partition("/")[0], _where_it_ended(one)) for one in judged)
    return [Confusion(set=name, expected=expected, got=got, count=count) for (expected, got), count in cells.items()]


def _where_it_ended(one: Judged) -> str:
    if one.row.expected == OTHER_CATEGORY and one.verdict is Verdict.RIGHT:
        return _right_without_answer(one)
    if one.reply.kind == "answer" and one.reply.answer:
        return one.reply.answer.partition("/")[0]
    return one.verdict


def _right_without_answer(one: Judged) -> str:
    """Where a question that no answer fits rightly ended."""
    return {"clarify": Verdict.CLARIFIED, "handoff": Verdict.HANDED_OFF}.get(one.reply.kind or "", Verdict.DECLINED)


def guesses(judged: Iterable[Judged]) -> list[Guess]:
    """The first guesses, with their confidence; a message that was handed off or declined holds none."""
    return [
        Guess(one.reply.confidence, one.guessed_rightly)
        for one in judged
        if one.reply.guess and one.reply.confidence is not None
    ]


def _confidence(name: SetName, judged: Sequence[Judged]) -> Confidence:
    asked = [one for one in judged if one.row.expected != OTHER_CATEGORY]
    found = guesses(asked)
    bins = reliability(found)
    given = [one for one in asked if one.reply.kind == "answer"]
    return Confidence(
        set=name,
        questions=len(asked),
        guesses=len(found),
        ece=expected_calibration_error(bins),
        bins=[CalibrationBin(**vars(one)) for one in bins],
        coverage=[CoverageStep(**vars(point)) for point in coverage_accuracy(found, total=len(asked))],
        answered=len(given) / len(asked) if asked else 0.0,
        answered_rightly=sum(one.guessed_rightly for one in given) / len(given) if given else None,
    )


def _recalls(judged: Iterable[Judged], answers: Sequence[AnswerFile]) -> list[AnswerRecall]:
    counts = Counter((one.row.expected, one.verdict) for one in judged)
    return [
        AnswerRecall(
            answer=answer.id,
            title=answer.title,
            total=sum(counts[answer.id, verdict] for verdict in Verdict),
            right=counts[answer.id, Verdict.RIGHT],
            offered=counts[answer.id, Verdict.OFFERED],
        )
        for answer in answers
    ]


def _latency(run: Run) -> Latency | None:
    times = run.milliseconds
    if not times:
        return None
    return Latency(
        count=len(times),
        at_once=run.at_once,
        p50=quantile(times, 0.5),
        p95=quantile(times, 0.95),
        p99=quantile(times, 0.99),
        longest=max(times),
    )


def _row_outcome(one: Judged) -> RowOutcome:
    return RowOutcome(verdict=one.verdict, kind=one.reply.kind, answer=one.reply.answer)
