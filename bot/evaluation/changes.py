"""What changed since the last kept report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.evaluation.record import Figure, Record, RowOutcome
from bot.evaluation.sets import SetName
from bot.evaluation.targets import figures
from bot.evaluation.verdicts import Judged, Verdict

GOOD = frozenset({Verdict.RIGHT, Verdict.OFFERED})


@dataclass(frozen=True)
class FigureChange:
    """A figure then and now, of the same messages."""

    then: Figure
    now: Figure

    @property
    def gain(self) -> float:
        """By how much the share got better; negative if worse."""
        change = (self.now.share or 0.0) - (self.then.share or 0.0)
        return change if self.now.bound == "at_least" else -change


@dataclass(frozen=True)
class RowChange:
    """A message that ended otherwise than then."""

    then: RowOutcome
    now: Judged


@dataclass(frozen=True)
class Changes:
    """The difference between two runs, on the messages that both hold."""

    since: Record
    figures: Sequence[FigureChange]
    worse: Sequence[RowChange]
    better: Sequence[RowChange]
    compared: int


class KeptReports:
    """The folder of records that later runs are compared with."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def last(self) -> Record | None:
        """The newest kept record."""
        paths = sorted(self._folder.glob("*.json"))
        return Record.read(paths[-1]) if paths else None

    def keep(self, record: Record) -> Path:
        """Store a record under its time, which sorts."""
        path = self._folder / f"{record.made_at:%Y%m%dT%H%M%S}.json"
        record.write(path)
        return path


def compare(since: Record, judged: Sequence[Judged]) -> Changes:
    """Put two runs side by side, on the messages that both hold, so that another set changes no figure."""
    both = [
        RowChange(since.rows[one.row.id], one)
        for one in judged
        if one.row.id in since.rows and one.row.set is not SetName.UNKNOWN
    ]
    steps = [(_step(change), change) for change in both]
    then = figures([replace(change.now, verdict=Verdict(change.then.verdict)) for change in both])
    now = figures([change.now for change in both])
    return Changes(
        since=since,
        figures=[FigureChange(*pair) for pair in zip(then, now, strict=True) if pair[1].total],
        worse=[change for step, change in steps if step < 0],
        better=[change for step, change in steps if step > 0],
        compared=len(both),
    )


def _step(change: RowChange) -> int:
    return (change.now.verdict in GOOD) - (change.then.verdict in GOOD)
