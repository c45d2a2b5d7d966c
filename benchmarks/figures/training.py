"""Training on 100 answers of 20 example questions each."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.results import Both, Row, Target

NAME = "training, 100 answers × 20 examples"
LONGEST = 30.0
FIFTH = Target("≤ 1/5 of stock", 1 / 5)


def measure(bench: Bench) -> list[Row]:
    """Time by the clock, and of the processors, which other work on the machine distorts less."""
    askwell, stock = bench.askwell_training, bench.stock_training
    kept = f"stock's of {stock.trained_on}, kept; --retrain does both anew"
    clock, processor = (
        Both(askwell.seconds, stock.cost.seconds),
        Both(askwell.cpu_seconds, stock.cost.cpu_seconds),
    )
    return [
        clock.row(NAME, "s", target=FIFTH, note="" if stock.fresh else kept),
        processor.row("the same, processor time", "s"),
        _by_itself(askwell.seconds),
    ]


def _by_itself(seconds: float) -> Row:
    target = Target(f"≤ {LONGEST:.0f} s", LONGEST)
    return Row(figure="the same, by itself", unit="s", askwell=seconds, judged=seconds, target=target)
