"""`python -m benchmarks`: measure Askwell beside a stock Rasa project that does the same job."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.bench import Bench, Options
from benchmarks.figures import (
    burst,
    floor,
    load,
    long_conversation,
    many_answers,
    memory,
    new_answer,
    pdf,
    streams,
    training,
    turn,
    widget,
    wording,
)
from benchmarks.folders import REPORT
from benchmarks.interrupt import end_tidily
from benchmarks.processes import BenchmarkError
from benchmarks.results import Report, Row

FIGURES: dict[str, Callable[[Bench], list[Row]]] = {
    "memory": memory.measure,
    "turn": turn.measure,
    "load": load.measure,
    "long": long_conversation.measure,
    "burst": burst.measure,
    "wording": wording.measure,
    "floor": floor.measure,
    "training": training.measure,
    "widget": widget.measure,
    "pdf": pdf.measure,
    "streams": streams.measure,
    "many": many_answers.measure,
    "new": new_answer.measure,
}
NOT_QUICK = frozenset({"many", "new"})


def main(
    only: Annotated[str, typer.Option(help=f"Some of: {', '.join(FIGURES)}.")] = "",
    *,
    quick: Annotated[bool, typer.Option(help="Fewer turns, and nothing that trains.")] = False,
    retrain: Annotated[bool, typer.Option(help="Train both anew, though their models are kept.")] = False,
) -> None:
    """Measure, print a table, and write reports/bench.json."""
    end_tidily()
    console = Console()
    with Bench(Options(quick=quick, retrain=retrain), console) as bench:
        report = measured(bench, _chosen(only, quick=quick), console)
    report.write(REPORT)
    report.show(console)
    sys.exit(1 if report.failures else 0)


def measured(bench: Bench, names: Sequence[str], console: Console) -> Report:
    """The report on these figures; one that cannot be measured does not keep the others from it."""
    report = Report()
    for name in names:
        try:
            report.rows += FIGURES[name](bench)
            console.print(f"[green]✓[/] {name}")
        except BenchmarkError as error:
            report.failures[name] = str(error)
    return report


def _chosen(only: str, *, quick: bool) -> list[str]:
    if not only:
        return [name for name in FIGURES if not (quick and name in NOT_QUICK)]
    unknown = [name for name in only.split(",") if name not in FIGURES]
    if unknown:
        raise typer.BadParameter(f"there is no figure {unknown[0]}; there are: {', '.join(FIGURES)}")
    return only.split(",")


if __name__ == "__main__":
    typer.run(main)
