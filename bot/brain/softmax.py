"""A linear classifier over many labels whose confidence can be believed.

Multinomial logistic regression on normalised vectors, its confidence calibrated by temperature scaling (Guo et al.,
2017) on examples that the model in question had not seen. Fitted by L-BFGS in single precision: scikit-learn 1.1, the
newest that Rasa allows, computes in double and takes some four times as long for the same weights.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Model = TypeVar("Model")
Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

GRADIENT_TOLERANCE = 0.1
MAX_STEPS = 50  # on held-out questions as good as 300


class Softmax:
    """Labels, one weight vector for each, and a temperature."""

    def __init__(self, labels: Sequence[str], weights: Floats, temperature: float = 1.0) -> None:
        self.labels = list(labels)
        self.weights = weights
        """Shape (labels, dimensions + 1); the last column is the bias."""
        self.temperature = temperature

    @classmethod
    def fit(cls, vectors: Floats, labels: Sequence[str], *, strength: float) -> Softmax:
        """Train on vectors (examples x dimensions); `strength` is C, the inverse of the regularisation.

        A label with more examples than the median weighs no more than the median: how many examples someone wrote
        says nothing about how often patients ask.
        """
        known = sorted(set(labels))
        problem = _Problem(vectors, label_rows(labels, known), len(known), strength)
        return cls(known, problem.solve())

    def scores(self, vectors: Floats) -> Floats:
        """Logits before calibration, shape (examples, labels)."""
        return np.asarray(vectors @ self.weights[:, :-1].T + self.weights[:, -1], np.float32)

    def probabilities(self, vectors: Floats) -> Floats:
        """Calibrated probabilities, shape (examples, labels)."""
        return softmax(self.scores(vectors) / np.float32(self.temperature))

    def calibrate(self, held_out: Floats, labels: Sequence[str]) -> None:
        """Set the temperature by the held-out logits of a model with the same labels."""
        self.temperature = best_temperature(held_out, label_rows(labels, self.labels))


class _Problem:
    """The penalised log-loss of weights on examples, and its gradient."""

    def __init__(self, vectors: Floats, rows: Rows, labels: int, strength: float) -> None:
        self._inputs = np.hstack([vectors, np.ones((len(vectors), 1), np.float32)])
        self._rows = rows
        self._shape = (labels, self._inputs.shape[1])
        self._penalty = np.float32(1 / strength)
        self._weight = example_weights(rows)

    def solve(self) -> Floats:
        from scipy.optimize import minimize  # noqa: PLC0415 - needed in training only, slow to import

        found = minimize(
            self.loss_and_gradient,
            np.zeros(self._shape).ravel(),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": MAX_STEPS, "gtol": GRADIENT_TOLERANCE},
        )
        return np.asarray(found.x.reshape(self._shape), np.float32)

    def loss_and_gradient(self, flat: Doubles) -> tuple[float, Doubles]:
        weights = flat.reshape(self._shape).astype(np.float32)
        guesses = softmax(self._inputs @ weights.T)
        chosen = (np.arange(len(self._rows)), self._rows)
        loss = -float(self._weight @ np.log(np.maximum(guesses[chosen], np.float32(1e-30))))
        guesses[chosen] -= 1
        weights[:, -1] = 0  # the bias is not penalised
        gradient = (guesses * self._weight[:, None]).T @ self._inputs + self._penalty * weights
        return loss + float(self._penalty * (weights**2).sum()) / 2, gradient.astype(np.float64).ravel()


def side_by_side(first: Callable[[], Model], second: Callable[[], Model]) -> tuple[Model, Model]:
    """Fit two models at once, each on one thread as if alone: the numbers are the same, the time is half."""
    with ThreadPoolExecutor(2) as threads:
        fitted = [threads.submit(fit) for fit in (first, second)]
        return fitted[0].result(), fitted[1].result()


def softmax(scores: Floats) -> Floats:
    """Exponentials that sum to one in each row."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), np.float32)


def label_rows(labels: Sequence[str], known: Sequence[str]) -> Rows:
    """Each label's number in the list of known labels."""
    number = {label: row for row, label in enumerate(known)}
    return np.array([number[label] for label in labels], np.int64)


def example_weights(rows: Rows) -> Floats:
    """One weight for each example: 1, or less where its label has more examples than the median label."""
    counts = np.bincount(rows)
    weights = np.minimum(1, np.median(counts[counts > 0]) / np.maximum(counts, 1))
    return np.asarray(weights[rows], np.float32)


def held_out_rows(labels: Sequence[str], one_in: int) -> npt.NDArray[np.bool_]:
    """Marks every n-th example of each label, never a label's first."""
    seen: Counter[str] = Counter()
    marks = np.zeros(len(labels), bool)
    for row, label in enumerate(labels):
        seen[label] += 1
        marks[row] = seen[label] % one_in == 0
    return marks


def divided(labels: Sequence[str], held: npt.NDArray[np.bool_]) -> tuple[list[str], list[str]]:
    """The labels that are trained on, and those that are held out."""
    return (
        [label for label, out in zip(labels, held, strict=True) if not out],
        [label for label, out in zip(labels, held, strict=True) if out],
    )


def best_temperature(scores: Floats, rows: Rows) -> float:
    """The temperature under which the true labels are likeliest."""
    return min((float(value) for value in np.geomspace(0.2, 5.0, 65)), key=lambda value: _loss(scores / value, rows))


def _loss(scores: Floats, rows: Rows) -> float:
    chosen = softmax(np.asarray(scores, np.float32))[np.arange(len(rows)), rows]
    return float(-np.log(np.maximum(chosen, 1e-9)).mean())
