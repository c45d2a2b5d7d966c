"""`python -m benchmarks.nlu`: our pipeline on public intent sets, beside published figures."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.folders import NLU_REPORT
from benchmarks.interrupt import end_tidily
from benchmarks.nlu import models
from benchmarks.nlu.datasets import NEEDED, Dataset, find_datasets
from benchmarks.nlu.published import PUBLISHED
from benchmarks.nlu.scores import Scores, scores_of
from benchmarks.processes import BenchmarkError, Cost

FEW = 10


@dataclass(frozen=True)
class Measured:
    """One model on one set."""

    model: str
    dataset: str
    scores: Scores
    cost: Cost


def main(
    data: Annotated[str, typer.Option(envvar="DATA", help="The folder with the sets.")] = "",
    *,
    stock: Annotated[bool, typer.Option(help="Train stock DIET too; more than ten minutes a set.")] = False,
) -> None:
    """Measure on what is given, print a table, and write reports/bench-nlu.json."""
    end_tidily()
    console = Console()
    try:
        report = list(_measured(_datasets(data), console, with_stock=stock))
    except BenchmarkError as error:
        console.print(str(error), highlight=False, markup=False)
        sys.exit(1)
    _write(report)
    console.print(as_table(report))


def _datasets(data: str) -> list[Dataset]:
    if not data:
        raise BenchmarkError(NEEDED)
    return [part for dataset in find_datasets(Path(data)) for part in (dataset, dataset.few(FEW))]


def _measured(datasets: list[Dataset], console: Console, *, with_stock: bool) -> Iterator[Measured]:
    pipelines = {"Askwell": models.ours} | ({"stock DIET": models.stock} if with_stock else {})
    for dataset in datasets:
        for name, train_and_ask in pipelines.items():
            with console.status(f"{name} on {dataset.name} …"):
                guesses, cost = train_and_ask(dataset)
            yield Measured(name, dataset.name, scores_of(dataset, guesses), cost)


def as_table(report: list[Measured]) -> Table:
    """What was measured, then what others published."""
    table = Table(title="Intent sets; per cent", title_justify="left")
    for heading in (
        "set",
        "model",
        "in scope",
        "out of scope, 97 % kept",
        "AUC",
        "at its own threshold",
        "s",
    ):
        table.add_column(heading, justify="left" if heading in {"set", "model"} else "right")
    for one in report:
        table.add_row(one.dataset, one.model, *_cells(one.scores), f"{one.cost.seconds:.0f}")
    table.add_section()
    for other in PUBLISHED:
        table.add_row(other.dataset, other.model, _plain(other.accuracy), _plain(other.recall), "", other.note, "")
    return table


def _cells(scores: Scores) -> tuple[str, ...]:
    accuracy, recall = _percent(scores.accuracy), _percent(scores.recall)
    area = "" if scores.area is None else f"{scores.area:.3f}"
    own = f"{_percent(scores.own_recall)} ({_percent(scores.own_kept)} kept)" if scores.own_kept else ""
    return accuracy, recall, area, own


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"


def _plain(number: float | None) -> str:
    return "" if number is None else f"{number:.1f}"


def _write(report: list[Measured]) -> None:
    NLU_REPORT.parent.mkdir(parents=True, exist_ok=True)
    NLU_REPORT.write_text(json.dumps([asdict(one) for one in report], indent=1), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
