"""One patient, one turn at a time: through web, brain, action and database."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from benchmarks.bench import Bench
from benchmarks.processes import processor_seconds
from benchmarks.results import Both, Row, Target
from benchmarks.side_by_side import ask_both
from benchmarks.statistic import MILLISECONDS, median_ms, percentile_ms
from benchmarks.systems import Said, System

TURNS, QUICK_TURNS = 200, 60
STEADY = "of all processes; other work on the machine distorts it less"
THIRD = Target("≤ 1/3 of stock", 1 / 3)


def measure(bench: Bench) -> list[Row]:
    """Middle and 95th percentile of the turns that both answered, and what they cost the processors."""
    systems: tuple[System, System] = (bench.askwell, bench.stock)
    texts = bench.wordings.take(bench.options.scaled(TURNS, QUICK_TURNS))
    before = [processor_seconds(system.pids) for system in systems]
    bench.say(f"{len(texts)} turns, by turns")
    both = asyncio.run(ask_both(systems, texts))
    used = [processor_seconds(system.pids) - began for system, began in zip(systems, before, strict=True)]
    askwell, stock = (seconds / len(texts) * MILLISECONDS for seconds in used)
    return [*rows(both), Both(askwell, stock).row("turn, processor time", "ms", note=STEADY)]


def rows(both: Sequence[tuple[Said, Said]]) -> list[Row]:
    """The rows, from what the two said to each question."""
    same_work = [pair for pair in both if all(said.is_answer for said in pair)]
    askwell, stock = ([said.seconds for said in side] for side in zip(*same_work, strict=True))
    note = f"{len(same_work)} of {len(both)} turns, in which both gave an answer"
    return [
        Both(median_ms(askwell), median_ms(stock)).row("turn, p50", "ms", target=THIRD, note=note),
        Both(percentile_ms(askwell, 95), percentile_ms(stock, 95)).row("turn, p95", "ms", target=THIRD),
    ]
