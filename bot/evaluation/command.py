"""`askwell evaluate`: measures the running system and writes the report."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bot.answers.files import AnswerFile, read_answer_files
from bot.errors import AskwellError, ModelMissingError
from bot.evaluation.changes import Changes, KeptReports, compare
from bot.evaluation.dialogues import read_dialogues
from bot.evaluation.page import percent, render
from bot.evaluation.perturb import Perturbation
from bot.evaluation.record import Figure, Record
from bot.evaluation.replaying import Plan, carry_out
from bot.evaluation.sets import rows_of_answers, rows_of_folder
from bot.evaluation.summing_up import Run, sum_up
from bot.evaluation.system import running_system
from bot.settings import ROOT, Settings, load_settings
from bot.training.models import ModelShelf

HELD_OUT = ROOT / "data" / "understanding"
"""The sets that are measured when no others are given."""

REPORTS = ROOT / "reports"
"""Where the report goes if nothing else is said."""

SEED = 7
"""Of the perturbed copies; another seed would make reports that cannot be compared."""

MOST_FAILED = 0.01
"""If a larger share of the messages gets no reply, the figures say nothing about understanding."""

_console = Console(stderr=True)


class ReplayFailedError(AskwellError):
    """Too many messages got no reply."""

    def __init__(self, run: Run) -> None:
        super().__init__(
            f"{run.failed} of {run.sent} messages got no reply. The report was written, but do not trust it."
        )


@dataclass(frozen=True)
class ReportFiles:
    """Where the report goes."""

    folder: Path

    @property
    def page(self) -> Path:
        """For people."""
        return self.folder / "evaluation.html"

    @property
    def record(self) -> Path:
        """For programs."""
        return self.folder / "evaluation.json"

    @property
    def kept(self) -> KeptReports:
        """What later runs are compared with."""
        return KeptReports(self.folder / "kept")


def evaluate(*, sets: Path, keep: bool, perturbed: bool, out: Path, at_once: int) -> None:
    """Measure what the running system understands, and write a report.

    Args:
        sets: A folder of labelled sets, one .jsonl file each.
        keep: Whether later reports are to be compared with this one.
        perturbed: Whether the perturbed copies are replayed too.
        out: The folder that the report goes to.
        at_once: Conversations at once.
    """
    settings, files = load_settings(), ReportFiles(out)
    answers = read_answer_files(settings.answers_dir)
    rows = [*rows_of_answers(answers), *rows_of_folder(sets)]
    plan = Plan.of(rows, kinds=Perturbation if perturbed else (), seed=SEED, dialogues=read_dialogues())
    run = _carried_out(plan, settings, at_once)
    record = _report(run, answers, files)
    if keep:
        files.kept.keep(record)
    if run.failed > MOST_FAILED * run.sent:
        raise ReplayFailedError(run)


def _carried_out(plan: Plan, settings: Settings, at_once: int) -> Run:
    try:
        return asyncio.run(_replay(plan, settings, at_once))
    except asyncio.CancelledError as error:
        raise AskwellError("The evaluation was ended before it was done; no report was written.") from error


async def _replay(plan: Plan, settings: Settings, at_once: int) -> Run:
    async with running_system(settings, _console) as address:
        model = _active_model(settings)
        return await carry_out(plan, address=address, at_once=at_once, model=model, console=_console)


def _active_model(settings: Settings) -> str | None:
    try:
        return ModelShelf(settings.models_dir).active().name
    except ModelMissingError:
        return None


def _report(run: Run, answers: Sequence[AnswerFile], files: ReportFiles) -> Record:
    record, last = sum_up(run, answers), files.kept.last()
    changes = compare(last, run.judged) if last else None
    record.write(files.record)
    files.page.write_text(render(record, run, changes), encoding="utf-8")
    _console.print(summary(record, changes))
    _console.print(f"Report: {files.page}", highlight=False, soft_wrap=True)
    return record


def summary(record: Record, changes: Changes | None) -> Table:
    """The table of targets, narrow enough for a terminal of 80 columns."""
    gains = {change.now.id: f"{change.gain * 100:+.1f}" for change in changes.figures} if changes else {}
    met = sum(figure.met is True for figure in record.measured)
    title = f"{met} of {len(record.measured)} targets met, {record.messages:,} messages"
    table = Table(title=title, box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("")
    for heading in ("target", "figure", "count", "95 %", *(("points",) if gains else ()), ""):
        table.add_column(heading, justify="right", no_wrap=True)
    for figure in record.figures:
        if figure.total:
            gain = (gains.get(figure.id, ""),) if gains else ()
            table.add_row(*_cells(figure), *gain, _MARKS[figure.met])
    return table


_MARKS = {True: "[green]pass[/]", False: "[red]miss[/]", None: ""}


def _cells(figure: Figure) -> tuple[str, ...]:
    sign = "≥" if figure.bound == "at_least" else "≤"
    return (
        figure.what,
        "" if figure.target is None else f"{sign} {percent(figure.target)}",
        percent(figure.share),
        f"{figure.count} of {figure.total}",
        f"{figure.low * 100:.0f} to {figure.high * 100:.0f}",
    )
