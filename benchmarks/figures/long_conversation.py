"""Does a conversation become slower as it grows? Turn 200 over turn 10."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Sequence

from benchmarks.bench import Bench
from benchmarks.results import Row, Target
from benchmarks.side_by_side import ask_both
from benchmarks.statistic import median_ms
from benchmarks.systems import Said

EARLY, LATE, AROUND = 10, 200, 7
CONVERSATIONS, QUICK_CONVERSATIONS = 3, 1
TURNS = LATE + AROUND


def measure(bench: Bench) -> list[Row]:
    """The growth of each system, as the middle of some conversations."""
    growths = [_growths(bench) for _ in range(bench.options.scaled(CONVERSATIONS, QUICK_CONVERSATIONS))]
    askwell, stock = (statistics.median(side) for side in zip(*growths, strict=True))
    row = Row(
        figure=f"turn {LATE} over turn {EARLY} of one conversation",
        unit="times",
        askwell=askwell,
        stock=stock,
        judged=askwell,
        target=Target("≤ 1.3", 1.3),
        note=f"medians of the {2 * AROUND + 1} turns around each",
    )
    return [row]


def _growths(bench: Bench) -> tuple[float, float]:
    bench.say(f"conversations of {TURNS} turns")
    both = asyncio.run(ask_both((bench.askwell, bench.stock), bench.wordings.take(TURNS), turns=TURNS))
    return growth([pair[0] for pair in both]), growth([pair[1] for pair in both])


def growth(said: Sequence[Said]) -> float:
    """The late turns' middle time over the early turns'; of those turns that were answered."""
    return _around(said, LATE) / _around(said, EARLY)


def _around(said: Sequence[Said], turn: int) -> float:
    window = said[max(0, turn - AROUND - 1) : turn + AROUND]
    return median_ms([one.seconds for one in window if one.is_answer])
