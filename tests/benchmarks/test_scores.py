from __future__ import annotations

import pytest

from benchmarks.nlu.datasets import Dataset
from benchmarks.nlu.scores import Guesses, area_under_curve, scores_of

WITHIN = (("a", "x"), ("b", "y"), ("c", "y"), ("d", "x"))


def test_accuracy_is_about_what_is_in_scope() -> None:
    guesses = Guesses(labels=["x", "y", "x", "x", "x"], familiarity=[3, 3, 3, 3, 0], threshold=1)
    scores = scores_of(Dataset("set", (), WITHIN, (), ("strange",)), guesses)
    assert (scores.accuracy, scores.recall, scores.own_recall, scores.own_kept) == (0.75, 1, 1, 1)


def test_without_strange_texts_there_is_accuracy_only() -> None:
    guesses = Guesses(labels=["x", "y", "y", "x"], familiarity=[1] * 4, threshold=0)
    scores = scores_of(Dataset("set", (), WITHIN), guesses)
    assert (scores.accuracy, scores.recall, scores.area) == (1, None, None)


@pytest.mark.parametrize(
    ("known", "strange", "area"),
    [([2, 3], [0, 1], 1.0), ([0, 1], [2, 3], 0.0), ([1, 1], [1, 1], 0.5), ([3, 2], [1, 2], 0.875)],
)
def test_area_under_curve(known: list[float], strange: list[float], area: float) -> None:
    assert area_under_curve(known, strange) == pytest.approx(area)
