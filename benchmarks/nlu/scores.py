"""How well a model did on a set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.nlu.datasets import Dataset

KEPT = 0.97


@dataclass(frozen=True)
class Guesses:
    """What a model made of the test texts, in scope first: a label, and how much it is one of the known."""

    labels: Sequence[str]
    familiarity: Sequence[float]
    threshold: float


@dataclass(frozen=True)
class Scores:
    """Shares between 0 and 1."""

    accuracy: float
    recall: float | None = None
    area: float | None = None
    own_kept: float | None = None
    own_recall: float | None = None


def scores_of(dataset: Dataset, guesses: Guesses) -> Scores:
    """Accuracy in scope; recall out of scope, with 97 % in scope kept and at the model's own threshold."""
    within = len(dataset.test)
    pairs = zip(dataset.test, guesses.labels[:within], strict=True)
    accuracy = float(np.mean([label == guess for (_, label), guess in pairs]))
    if not dataset.oos_test:
        return Scores(accuracy)
    known, strange = np.split(np.array(guesses.familiarity), [within])
    recall = float((strange < np.quantile(known, 1 - KEPT)).mean())
    own = float((known >= guesses.threshold).mean()), float((strange < guesses.threshold).mean())
    return Scores(accuracy, recall, area_under_curve(known, strange), *own)


def area_under_curve(known: npt.ArrayLike, strange: npt.ArrayLike) -> float:
    """The chance that a known text looks more familiar than a strange one (Mann-Whitney; ties count half).

    >>> area_under_curve([3.0, 2.0], [1.0, 2.0])
    0.875
    """
    ordered = np.sort(np.asarray(strange))
    values = np.asarray(known)
    below = np.searchsorted(ordered, values, side="left") + np.searchsorted(ordered, values, side="right")
    return float(below.mean() / 2 / len(ordered))
