"""The statistics of the report: small, pure, and checked by hand-computed tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z_95 = 1.959963984540054
"""The 97.5th percentile of the normal distribution: two-sided 95 %."""


@dataclass(frozen=True)
class Interval:
    """A confidence interval of a share."""

    low: float
    high: float


def wilson(count: int, total: int) -> Interval:
    """The 95 % score interval of a share, which stays sensible at 0 and 100 % and for few rows.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference,
    Journal of the American Statistical Association 22 (1927).
    With no row at all, nothing is known: 0 to 1.
    """
    if not total:
        return Interval(0.0, 1.0)
    share, square = count / total, Z_95**2
    middle = (share + square / (2 * total)) / (1 + square / total)
    spread = share * (1 - share) / total + square / (4 * total**2)
    half = Z_95 * math.sqrt(spread) / (1 + square / total)
    # At the ends the two terms cancel exactly on paper, and almost in floating point.
    low = 0.0 if count == 0 else middle - half
    high = 1.0 if count == total else middle + half
    return Interval(low, high)


def paired_difference(worse: int, better: int, total: int) -> Interval:
    """The 95 % interval of the net share that got worse, where the same messages are measured twice.

    Source: A. Agresti, Y. Min, Simple improved confidence intervals for comparing matched proportions,
    Statistics in Medicine 24 (2005): a Wald interval after half a message is added to each cell.
    """
    size, lost, gained = total + 2, worse + 0.5, better + 0.5
    middle = (lost - gained) / size
    half = Z_95 * math.sqrt(lost + gained - (lost - gained) ** 2 / size) / size
    return Interval(max(-1.0, middle - half), min(1.0, middle + half))


@dataclass(frozen=True)
class Guess:
    """What the assistant took a question to be about, how sure it was, and whether that was right."""

    confidence: float
    right: bool


@dataclass(frozen=True)
class Bin:
    """The guesses whose confidence lies in one tenth of the scale."""

    low: float
    high: float
    count: int
    right: int
    confidence: float
    """The mean confidence of the guesses in it."""

    @property
    def accuracy(self) -> float:
        """The share of them that was right."""
        return self.right / self.count


def reliability(guesses: Sequence[Guess], *, bins: int = 10) -> list[Bin]:
    """Guesses by confidence, in bins of equal width; empty bins are left out."""
    grouped: dict[int, list[Guess]] = {}
    for guess in guesses:
        grouped.setdefault(min(int(guess.confidence * bins), bins - 1), []).append(guess)
    return [_bin(number, bins, grouped[number]) for number in sorted(grouped)]


def _bin(number: int, bins: int, guesses: Sequence[Guess]) -> Bin:
    return Bin(
        low=number / bins,
        high=(number + 1) / bins,
        count=len(guesses),
        right=sum(guess.right for guess in guesses),
        confidence=sum(guess.confidence for guess in guesses) / len(guesses),
    )


def expected_calibration_error(bins: Sequence[Bin]) -> float | None:
    """The mean distance of confidence from accuracy, each bin weighted by its guesses; None without guesses.

    Source: M. P. Naeini, G. F. Cooper, M. Hauskrecht, Obtaining well calibrated probabilities using Bayesian
    binning, AAAI 2015.
    """
    total = sum(one.count for one in bins)
    if not total:
        return None
    return sum(one.count * abs(one.accuracy - one.confidence) for one in bins) / total


@dataclass(frozen=True)
class CoveragePoint:
    """If only guesses at least this sure were answered: how many questions, and how many of them rightly."""

    confidence: float
    coverage: float
    accuracy: float


def coverage_accuracy(guesses: Sequence[Guess], *, total: int) -> list[CoveragePoint]:
    """The curve from the surest guess to all of them; `total` counts the questions without a guess too.

    Guesses of one confidence are one point, because no threshold can part them.
    """
    points: list[CoveragePoint] = []
    right = 0
    ordered = sorted(guesses, key=lambda guess: -guess.confidence)
    for seen, guess in enumerate(ordered, 1):
        right += guess.right
        if seen == len(ordered) or ordered[seen].confidence < guess.confidence:
            points.append(CoveragePoint(guess.confidence, seen / total, right / seen))
    return points


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def histogram(values: Sequence[float], *, width: float, bars: int) -> list[int]:
    """How many values fall into each bar; the last bar holds everything beyond too."""
    counts = [0] * bars
    for value in values:
        counts[min(int(value / width), bars - 1)] += 1
    return counts


def round_up(value: float) -> float:
    """The next round number: an end of scale that reads well, and still does in fifths."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * power >= value * (1 - 1e-9))
