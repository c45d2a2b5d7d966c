"""How near a vector is to the examples of one side of a question, as a probability.

Kernel ridge regression with a Gaussian kernel (Saunders, Gammerman and Vovk, 1998): each example speaks for its own
neighbourhood, where a linear classifier must draw one plane through all of them. "I'm thinking about booking, how long
would I be there" and "I'm thinking about booking, would it help my hip" are on the same side of most planes. Its scores
become probabilities by Platt scaling (Platt, 1999) on examples that it had not seen.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Marks = npt.NDArray[np.bool_]
Arrays = dict[str, npt.NDArray[np.generic]]


class Nearness:
    """Examples, how much each speaks for the one side, and how scores become probabilities."""

    def __init__(self, examples: Floats, weights: Floats, *, narrowness: float, slope: float, offset: float) -> None:
        self._examples = examples
        self._weights = weights
        self._narrowness = narrowness
        self._slope, self._offset = slope, offset

    @classmethod
    def fit(cls, vectors: Floats, is_one_of_them: Marks, *, narrowness: float, ridge: float) -> Nearness:
        """Learn which examples are on the one side.

        Args:
            vectors: Examples x dimensions.
            is_one_of_them: Whether each is on the side in question.
            narrowness: Gamma of the kernel, exp(-gamma * squared distance).
            ridge: How far the scores of the examples may stay from 0 and 1.
        """
        from scipy.linalg import cho_factor, cho_solve  # noqa: PLC0415 - needed in training only, slow to import

        # Half precision halves the archive; what is fitted is what will be read back.
        examples = vectors.astype(np.float16).astype(np.float32)
        kernel = _kernel(examples, examples, narrowness).astype(np.float64)
        kernel[np.diag_indices_from(kernel)] += ridge
        weights = cho_solve(cho_factor(kernel, overwrite_a=True), is_one_of_them.astype(np.float64))
        return cls(examples, np.asarray(weights, np.float32), narrowness=narrowness, slope=1.0, offset=0.0)

    def scores(self, vectors: Floats) -> Floats:
        """About 1 among the examples of the one side, about 0 among the others and far from all."""
        return np.asarray(_kernel(vectors, self._examples, self._narrowness) @ self._weights, np.float32)

    def calibrate(self, held_out: Floats, is_one_of_them: Marks) -> None:
        """Set how scores become probabilities, by the scores of examples that were not learnt from."""
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - needed in training only, slow to import

        line = LogisticRegression(C=1e3).fit(held_out[:, None], is_one_of_them)
        self._slope, self._offset = float(line.coef_[0, 0]), float(line.intercept_[0])

    def probabilities(self, vectors: Floats) -> Floats:
        """How likely each vector is on the one side."""
        return self.as_probabilities(self.scores(vectors))

    def as_probabilities(self, scores: Floats) -> Floats:
        """Scores as probabilities."""
        return np.asarray(1 / (1 + np.exp(-(self._slope * scores + self._offset))), np.float32)

    def arrays(self) -> Arrays:
        """All that `from_arrays` needs."""
        return {
            "examples": self._examples.astype(np.float16),
            "shares": self._weights,
            "shape": np.array([self._narrowness, self._slope, self._offset]),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> Nearness:
        """What `arrays` gave, as it was."""
        narrowness, slope, offset = (float(number) for number in np.asarray(arrays["shape"], np.float64))
        examples, weights = (np.asarray(arrays[name], np.float32) for name in ("examples", "shares"))
        return cls(examples, weights, narrowness=narrowness, slope=slope, offset=offset)


def _kernel(left: Floats, right: Floats, narrowness: float) -> Floats:
    squares = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1) - 2 * left @ right.T
    return np.asarray(np.exp(np.float32(-narrowness) * np.maximum(squares, 0)), np.float32)
