"""Percentiles and alternation."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from itertools import count

MILLISECONDS = 1_000


def median_ms(seconds: Sequence[float]) -> float:
    """The middle time, in milliseconds."""
    return statistics.median(seconds) * MILLISECONDS


def percentile_ms(seconds: Sequence[float], percent: int) -> float:
    """The time that so many percent stay below, in milliseconds."""
    return statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1] * MILLISECONDS


def alternating[T](pair: tuple[T, T]) -> Iterator[tuple[T, T]]:
    """A pair and its reverse by turns, so that neither always goes first."""
    first, second = pair
    for number in count():
        yield (second, first) if number % 2 else (first, second)
