"""reports/evaluation.json: the figures of one run, for programs.

The schema is stable: a reader may rely on every field below. A field may be added under the same `version`;
one that changes its meaning, or goes, raises it. Shares and confidences are 0 to 1, times milliseconds, and
intervals 95 %. `rows` holds what became of each message by its id, never its words: a record can be kept
where messages cannot.

A gate reads it so:

    record = Record.read(path)
    record.figure("personal_medical.handed_to_a_person").share
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.whole_file import write_whole


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Figure(_Part):
    """One row of the table of targets; for losses, `count` is the net number of messages lost."""

    id: str
    set: str
    what: str
    bound: Literal["at_least", "at_most"]
    target: float | None
    """None where there is no target."""
    count: int
    total: int
    share: float | None
    """None where the run held no such message."""
    low: float
    high: float
    met: bool | None
    """None without a target or without a message."""


class Loss(_Part):
    """What one perturbation costs one figure; the copies are paired with their originals."""

    perturbation: str
    figure: str
    worse: int
    better: int
    total: int
    loss: float
    """Net share lost; negative where the copies do better."""
    low: float
    high: float
    counts: bool
    """Whether the target on losses is about it."""


class CalibrationBin(_Part):
    """The guesses in one tenth of the scale of confidence."""

    low: float
    high: float
    count: int
    right: int
    confidence: float


class CoverageStep(_Part):
    """If only guesses at least this sure were answered."""

    confidence: float
    coverage: float
    accuracy: float


class Confidence(_Part):
    """How far confidence can be believed, on one set of questions."""

    set: str
    questions: int
    guesses: int
    ece: float | None
    bins: list[CalibrationBin]
    coverage: list[CoverageStep]
    answered: float
    """The share of questions that was answered at once."""
    answered_rightly: float | None
    """The share of those that was right."""


class Outcome(_Part):
    """What became of the messages of one set: counts by verdict."""

    set: str
    total: int
    verdicts: dict[str, int]


class Confusion(_Part):
    """How often questions of one category ended in one place: a category, or a verdict without an answer."""

    set: str
    expected: str
    got: str
    count: int


class AnswerRecall(_Part):
    """How often the test questions of one answer found it."""

    answer: str
    title: str
    total: int
    right: int
    offered: int


class Latency(_Part):
    """How long a new conversation and its first message took, several at a time."""

    count: int
    at_once: int
    p50: float
    p95: float
    p99: float
    longest: float


class RowOutcome(_Part):
    """What became of one message."""

    verdict: str
    kind: str | None
    answer: str | None


class Record(_Part):
    """One run."""

    version: Literal[1] = 1
    made_at: datetime
    model: str | None
    seed: int
    messages: int
    """How many were replayed, copies included."""
    failed: int
    """How many of them got no reply."""
    figures: list[Figure]
    losses: list[Loss]
    outcomes: list[Outcome]
    confusion: list[Confusion]
    confidence: list[Confidence]
    answers: list[AnswerRecall]
    latency: Latency | None
    rows: dict[str, RowOutcome]

    @classmethod
    def read(cls, path: Path) -> Record:
        """Read a record."""
        return cls.model_validate_json(path.read_text(encoding="utf-8"))

    def write(self, path: Path) -> None:
        """Write it whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, self.model_dump_json(indent=1))

    def figure(self, figure_id: str) -> Figure:
        """One figure by its id.

        Raises:
            KeyError: There is no such figure.
        """
        return {figure.id: figure for figure in self.figures}[figure_id]

    @property
    def measured(self) -> list[Figure]:
        """The figures that have a target and messages."""
        return [figure for figure in self.figures if figure.met is not None]
