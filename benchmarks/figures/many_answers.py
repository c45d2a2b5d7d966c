"""Does Askwell become slower as a clinic writes more? A thousand answers against a hundred."""

from __future__ import annotations

import asyncio

from benchmarks.askwell import Installation, installation_of, prepared
from benchmarks.bench import Bench
from benchmarks.results import Row, Target
from benchmarks.side_by_side import ask_both
from benchmarks.statistic import median_ms
from benchmarks.synthetic import synthetic_answers
from benchmarks.wordings import Wordings

FEW, MANY = 100, 1_000
TURNS, QUICK_TURNS = 100, 40


def measure(bench: Bench) -> list[Row]:
    """Both installations run at once and are asked by turns, about what both know."""
    few, many = (_installation(bench, count) for count in (FEW, MANY))
    systems = bench.start(few), bench.start(many)
    questions = [test for answer in few.answers for test in answer.tests]
    texts = Wordings(questions).take(bench.options.scaled(TURNS, QUICK_TURNS))
    bench.say(f"{MANY} answers against {FEW}")
    both = asyncio.run(ask_both(systems, texts))
    return [_row(*(median_ms([pair[side].seconds for pair in both]) for side in (0, 1)))]


def _installation(bench: Bench, count: int) -> Installation:
    installation = installation_of(f"askwell-{count}", synthetic_answers(count))
    bench.say(f"training Askwell on {count} answers")
    prepared(installation, retrain=bench.options.retrain)
    return installation


def _row(few: float, many: float) -> Row:
    return Row(
        figure=f"{MANY:,} answers against {FEW}, turn p50",
        unit="times",
        askwell=many / few,
        judged=many / few,
        target=Target("≤ 1.5", 1.5),
        note=f"{few:.1f} ms → {many:.1f} ms",
    )
