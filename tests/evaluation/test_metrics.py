from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.metrics import (
    CoveragePoint,
    Guess,
    coverage_accuracy,
    expected_calibration_error,
    histogram,
    paired_difference,
    quantile,
    reliability,
    round_up,
    wilson,
)


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [  # R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_wilson_interval_is_that_of_the_literature(count: int, total: int, low: float, high: float) -> None:
    interval = wilson(count, total)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


def test_of_no_message_nothing_is_known() -> None:
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0, 1)


@given(st.integers(0, 500), st.integers(1, 500))
def test_a_wilson_interval_holds_its_share(count: int, total: int) -> None:
    count = min(count, total)
    interval = wilson(count, total)
    assert 0 <= interval.low <= count / total <= interval.high <= 1


def test_the_interval_of_a_paired_difference_by_hand() -> None:
    # (10.5 - 4.5) / 102 = .0588; sqrt(15 - 36/102) / 102 = .03752; times 1.96 = .07354
    interval = paired_difference(worse=10, better=4, total=100)
    assert (round(interval.low, 4), round(interval.high, 4)) == (-0.0147, 0.1324)


GUESSES = [
    Guess(0.95, right=True),
    Guess(0.95, right=True),
    Guess(0.85, right=True),
    Guess(0.81, right=False),
    Guess(0.30, right=False),
]


def test_reliability_by_hand() -> None:
    bins = [(one.low, one.count, one.right, round(one.confidence, 3)) for one in reliability(GUESSES)]
    assert bins == [(0.3, 1, 0, 0.3), (0.8, 2, 1, 0.83), (0.9, 2, 2, 0.95)]


def test_the_calibration_error_by_hand() -> None:
    # (1 × .30 + 2 × .33 + 2 × .05) / 5
    assert expected_calibration_error(reliability(GUESSES)) == pytest.approx(1.06 / 5)


def test_full_confidence_lies_in_the_last_bin() -> None:
    assert reliability([Guess(1.0, right=True)])[0].low == 0.9


def test_without_guesses_there_is_no_calibration_error() -> None:
    assert expected_calibration_error([]) is None


def test_the_coverage_curve_by_hand() -> None:
    # 10 questions, 5 of them with a guess; the two surest cannot be parted
    assert coverage_accuracy(GUESSES, total=10) == [
        CoveragePoint(0.95, 0.2, 1.0),
        CoveragePoint(0.85, 0.3, 1.0),
        CoveragePoint(0.81, 0.4, 0.75),
        CoveragePoint(0.30, 0.5, 0.6),
    ]


@pytest.mark.parametrize(("share", "value"), [(0.5, 20), (0.75, 30), (0.76, 40), (1.0, 40), (0.0, 10)])
def test_quantiles_go_by_the_nearest_rank(share: float, value: float) -> None:
    assert quantile([40, 10, 30, 20], share) == value


def test_the_last_bar_holds_all_beyond() -> None:
    assert histogram([0, 9.9, 10, 29, 500], width=10, bars=3) == [2, 1, 2]


@pytest.mark.parametrize(("value", "rounded"), [(1.0, 1.0), (41, 50), (81, 100), (0.31, 0.4), (1075, 1500), (200, 200)])
def test_scales_end_at_numbers_that_read_well(value: float, rounded: float) -> None:
    assert round_up(value) == pytest.approx(rounded)
