"""How near a vector is to the examples of each of several kinds, as probabilities.

Kernel ridge regression with a Gaussian kernel (Saunders, Gammerman and Vovk, 1998): each example speaks for its own
neighbourhood, where a linear classifier must draw one plane through all of them. "I'm thinking about booking, how long
would I be there" and "I'm thinking about booking, would it help my hip" are on the same side of most planes. Scores
become probabilities by Platt scaling (Platt, 1999) on examples that were not learnt from.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Marks = npt.NDArray[np.bool_]
Arrays = dict[str, npt.NDArray[np.generic]]


class Nearness:
    """Examples, how much each speaks for each kind, and how scores become probabilities.

    Kinds may overlap: each is judged for itself.
    """

    def __init__(self, examples: Floats, weights: Floats, narrowness: float, lines: Floats | None = None) -> None:
        self._examples = examples
        self._weights = weights
        self._narrowness = narrowness
        self._lines = np.eye(2, 1, dtype=np.float32) if lines is None else lines
        """Slope and offset of each kind's log-odds over its score, shape (2, kinds); or (2, 1), the same for all."""

    @classmethod
    def fit(cls, vectors: Floats, marks: Marks, *, narrowness: float, ridge: float) -> Nearness:
        """Learn which examples are of which kind.

        Args:
            vectors: Examples x dimensions.
            marks: Whether each is of each kind, examples x kinds.
            narrowness: Gamma of the kernel, exp(-gamma * squared distance).
            ridge: How far the scores of the examples may stay from 0 and 1.
        """
        from scipy.linalg import cho_factor, cho_solve  # noqa: PLC0415 - needed in training only, slow to import

        # Half precision halves the archive; what is fitted is what will be read back.
        examples = vectors.astype(np.float16).astype(np.float32)
        kernel = _kernel(examples, examples, narrowness).astype(np.float64)
        kernel[np.diag_indices_from(kernel)] += ridge
        weights = cho_solve(cho_factor(kernel, overwrite_a=True), marks.astype(np.float64))
        return cls(examples, np.asarray(weights, np.float32), narrowness)

    def scores(self, vectors: Floats) -> Floats:
        """About 1 among the examples of a kind, about 0 among others and far from all; shape (vectors, kinds)."""
        return np.asarray(_kernel(vectors, self._examples, self._narrowness) @ self._weights, np.float32)

    def calibrate(self, scores: Floats, marks: Marks) -> None:
        """Set how scores become probabilities, by the scores of examples that were not learnt from."""
        self._lines = np.stack([_line(of_kind, mark) for of_kind, mark in zip(scores.T, marks.T, strict=True)], axis=1)

    def as_probabilities(self, scores: Floats) -> Floats:
        """How likely each score, in the column of its kind, stands for that kind."""
        slope, offset = self._lines
        return np.asarray(1 / (1 + np.exp(-(slope * scores + offset))), np.float32)

    def probabilities(self, vectors: Floats) -> Floats:
        """How likely each vector is of each kind, shape (vectors, kinds)."""
        return self.as_probabilities(self.scores(vectors))

    def arrays(self) -> Arrays:
        """All that `from_arrays` needs."""
        return {
            "examples": self._examples.astype(np.float16),
            "shares": self._weights,
            "narrowness": np.array(self._narrowness),
            "lines": self._lines,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> Nearness:
        """What `arrays` gave, as it was."""
        examples, weights, lines = (np.asarray(arrays[name], np.float32) for name in ("examples", "shares", "lines"))
        return cls(examples, weights, float(np.asarray(arrays["narrowness"], np.float64)), lines)


def _line(scores: Floats, marks: npt.NDArray[np.bool_]) -> Floats:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - needed in training only, slow to import

    fitted = LogisticRegression(C=1e3).fit(scores[:, None], marks)
    return np.array([fitted.coef_[0, 0], fitted.intercept_[0]], np.float32)


def _kernel(left: Floats, right: Floats, narrowness: float) -> Floats:
    squares = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1) - 2 * left @ right.T
    return np.asarray(np.exp(np.float32(-narrowness) * np.maximum(squares, 0)), np.float32)
