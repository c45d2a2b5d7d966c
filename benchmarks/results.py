"""What the benchmarks report: rows with both systems' figures, their ratio and the target."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Target:
    """What is asked for: `value` at most, or at least."""

    words: str
    value: float
    at_least: bool = False

    def is_reached(self, measured: float) -> bool:
        """Whether the measured figure meets it."""
        return measured >= self.value if self.at_least else measured <= self.value


@dataclass(frozen=True, kw_only=True)
class Row:
    """One measured figure."""

    figure: str
    unit: str
    askwell: float
    stock: float | None = None
    ratio: float | None = None
    target: Target | None = None
    judged: float | None = None
    """What the target is held against: the ratio where there is one, else this."""
    is_broken: bool = False
    """Whether the target is missed whatever the figure, as when messages failed."""
    note: str = ""

    @property
    def is_reached(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        measured = self.ratio if self.judged is None else self.judged
        if self.target is None or measured is None:
            return None
        return not self.is_broken and self.target.is_reached(measured)


@dataclass(frozen=True)
class Both:
    """The same figure of both systems."""

    askwell: float
    stock: float

    def row(self, figure: str, unit: str, *, target: Target | None = None, note: str = "") -> Row:
        """A row whose target is about Askwell's figure over stock's."""
        return Row(
            figure=figure,
            unit=unit,
            askwell=self.askwell,
            stock=self.stock,
            ratio=self.askwell / self.stock,
            target=target,
            note=note,
        )


@dataclass
class Report:
    """All rows of one run."""

    rows: list[Row] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)

    def write(self, path: Path) -> None:
        """Write the report as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = [{**asdict(row), "reached": row.is_reached} for row in self.rows]
        content = {"made": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "machine": machine(), "rows": rows}
        path.write_text(json.dumps({**content, "failures": self.failures}, indent=1), encoding="utf-8")

    def show(self, console: Console) -> None:
        """Print the report as a table."""
        console.print(as_table(self.rows))
        for name, problem in self.failures.items():
            console.print(f"[red]✗[/] {name} could not be measured: {problem}", highlight=False)


def as_table(rows: Sequence[Row]) -> Table:
    """The rows as a table."""
    table = Table(title="Askwell beside stock Rasa, one run", title_justify="left")
    for heading in ("figure", "Askwell", "stock", "unit", "ratio", "target", "", "note"):
        justify = "right" if heading in {"Askwell", "stock", "ratio"} else "left"
        table.add_column(heading, justify=justify, overflow="fold")  # type: ignore[arg-type]
    for row in rows:
        table.add_row(*_cells(row))
    return table


def _cells(row: Row) -> tuple[str, ...]:
    mark = {True: "[green]✓[/]", False: "[red]✗[/]", None: ""}[row.is_reached]
    target = row.target.words if row.target else ""
    numbers = (_number(row.askwell), _number(row.stock), row.unit, _number(row.ratio))
    return (row.figure, *numbers, target, mark, row.note)


def _number(value: float | None) -> str:
    """Three digits that say something.

    >>> _number(0.3333), _number(12.34), _number(1234.5)
    ('0.33', '12.3', '1,234')
    """
    if value is None:
        return ""
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}" if abs(value) < 100 else f"{value:,.0f}"  # noqa: PLR2004


def machine() -> dict[str, Any]:
    """The machine that measured."""
    return {"processor": _processor(), "cores": _cores(), "memory_gb": _memory(), "system": platform.system()}


def _processor() -> str:
    lines = _lines("/proc/cpuinfo", "model name")
    return lines[0].partition(":")[2].strip() if lines else platform.processor()


def _cores() -> int:
    return len(_lines("/proc/cpuinfo", "processor"))


def _memory() -> int:
    lines = _lines("/proc/meminfo", "MemTotal")
    return round(int(lines[0].split()[1]) / 1_048_576) if lines else 0


def _lines(path: str, beginning: str) -> list[str]:
    file = Path(path)
    return [line for line in file.read_text().splitlines() if line.startswith(beginning)] if file.exists() else []
