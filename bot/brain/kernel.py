"""A classifier by nearness: each example speaks for its own neighbourhood.

Kernel ridge regression with a Gaussian kernel (Saunders, Gammerman and Vovk, 1998), a column of scores for each label.
A linear classifier must draw one plane through all examples: "I'm thinking about booking, how long would I be there"
and "I'm thinking about booking, would it help my hip" are on the same side of most planes. Scores become probabilities
by multinomial logistic regression (matrix scaling: Guo et al., 2017) on examples that were not learnt from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from bot.brain.softmax import Softmax

Floats = npt.NDArray[np.float32]
Arrays = dict[str, npt.NDArray[np.generic]]

SCALING_STRENGTH = 10.0
"""C of the regression from scores to probabilities: five scores, thousands of examples."""


class KernelClassifier:
    """Labels, examples, how much each example speaks for each label, and how scores become probabilities."""

    def __init__(
        self,
        labels: Sequence[str],
        examples: Floats,
        weights: Floats,
        narrowness: float,
        scaling: Softmax | None = None,
    ) -> None:
        self.labels = list(labels)
        self._examples = examples
        self._weights = weights
        self._narrowness = narrowness
        self._scaling = scaling or Softmax(labels, np.eye(len(labels), len(labels) + 1, dtype=np.float32))

    @classmethod
    def fit(cls, vectors: Floats, labels: Sequence[str], *, narrowness: float, ridge: float) -> KernelClassifier:
        """Learn from examples: in memory and time that grow with their square and cube (10,000: 0.4 GB, some seconds).

        Args:
            vectors: Examples x dimensions.
            labels: One for each example.
            narrowness: Gamma of the kernel, exp(-gamma * squared distance).
            ridge: How far the scores of the examples may stay from 0 and 1.
        """
        from scipy.linalg import cho_factor, cho_solve  # noqa: PLC0415 - needed in training only, slow to import

        known = sorted(set(labels))
        # Half precision halves the archive; what is fitted is what will be read back.
        examples = vectors.astype(np.float16).astype(np.float32)
        kernel = _kernel(examples, examples, narrowness)
        kernel[np.diag_indices_from(kernel)] += np.float32(ridge)
        marks = np.equal.outer(np.array(labels, object), np.array(known, object)).astype(np.float32)
        weights = cho_solve(cho_factor(kernel, overwrite_a=True), marks)
        return cls(known, examples, np.asarray(weights, np.float32), narrowness)

    def scores(self, vectors: Floats) -> Floats:
        """About 1 among the examples of a label, about 0 among others and far from all; shape (vectors, labels)."""
        return np.asarray(_kernel(vectors, self._examples, self._narrowness) @ self._weights, np.float32)

    def calibrate(self, scores: Floats, labels: Sequence[str]) -> None:
        """Set how scores become probabilities, by the scores of examples of every label that were not learnt from."""
        self._scaling = Softmax.fit(scores, labels, strength=SCALING_STRENGTH)

    def as_probabilities(self, scores: Floats) -> Floats:
        """Calibrated probabilities for scores, shape (vectors, labels)."""
        return self._scaling.probabilities(scores)

    def probabilities(self, vectors: Floats) -> Floats:
        """Calibrated probabilities, shape (vectors, labels)."""
        return self.as_probabilities(self.scores(vectors))

    def arrays(self) -> Arrays:
        """All that `from_arrays` needs beside the labels."""
        return {
            "examples": self._examples.astype(np.float16),
            "weights": self._weights,
            "narrowness": np.array(self._narrowness),
            "scaling": self._scaling.weights,
        }

    @classmethod
    def from_arrays(cls, labels: Sequence[str], arrays: Mapping[str, npt.NDArray[np.generic]]) -> KernelClassifier:
        """What `arrays` gave, as it was."""
        examples, weights, scaling = (
            np.asarray(arrays[name], np.float32) for name in ("examples", "weights", "scaling")
        )
        return cls(
            labels, examples, weights, float(np.asarray(arrays["narrowness"], np.float64)), Softmax(labels, scaling)
        )


def _kernel(left: Floats, right: Floats, narrowness: float) -> Floats:
    """exp(-narrowness * squared distance) of each to each, in one array: of 10,000 examples it takes 0.4 GB."""
    kernel = np.asarray(left @ right.T, np.float32)
    kernel *= 2
    kernel -= (left**2).sum(axis=1)[:, None]
    kernel -= (right**2).sum(axis=1)
    np.minimum(kernel, 0, out=kernel)
    kernel *= np.float32(narrowness)
    return np.exp(kernel, out=kernel)
