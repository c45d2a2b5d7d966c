"""A classifier by nearness: each example speaks for its own neighbourhood.

Kernel ridge regression with a Gaussian kernel (Saunders, Gammerman and Vovk, 1998), a column of scores for each label.
A linear classifier must draw one plane through all examples: "I'm thinking about booking, how long would I be there"
and "I'm thinking about booking, would it help my hip" are on the same side of most planes. Scores become probabilities
by multinomial logistic regression (matrix scaling: Guo et al., 2017) on examples that were not learnt from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.brain.byte_rows import ByteRows
from bot.brain.softmax import Softmax

Floats = npt.NDArray[np.float32]
Arrays = dict[str, npt.NDArray[np.generic]]

SCALING_STRENGTH = 10.0
"""C of the regression from scores to probabilities: five scores, thousands of examples."""


@dataclass(frozen=True)
class Nearness:
    """How examples are learnt from; see config.yml."""

    dimensions: int
    """In how many principal directions of the vectors distances are measured."""
    narrowness: float
    """Gamma of the kernel, exp(-gamma * squared distance)."""
    ridge: float
    """How far the scores of the examples may stay from 0 and 1."""


class KernelClassifier:
    """Labels, examples, how much each example speaks for each label, and how scores become probabilities."""

    def __init__(self, labels: Sequence[str], space: Space, weights: Floats, scaling: Softmax | None = None) -> None:
        self.labels = list(labels)
        self._space = space
        self._weights = weights
        self._scaling = scaling or Softmax(labels, np.eye(len(labels), len(labels) + 1, dtype=np.float32))

    @classmethod
    def fit(
        cls, vectors: Floats, labels: Sequence[str], nearness: Nearness, *, held_out: int
    ) -> tuple[KernelClassifier, Floats]:
        """Learn from all examples; and score the last ones as they would be if the others were all.

        Both come from one factorisation, whose first rows are that of the first examples alone. Memory and time grow
        with the square and the cube of the number of examples (10,000: 0.8 GB, some seconds).

        Args:
            vectors: Examples x dimensions.
            labels: One for each example.
            nearness: How to learn from them.
            held_out: How many of the last examples to score, to calibrate on.
        """
        known, seen = sorted(set(labels)), len(vectors) - held_out
        space = Space.of(vectors, nearness.dimensions, nearness.narrowness)
        kernel = space.kernel_of_examples()
        unseen = kernel[seen:, :seen].copy()
        factor = _factor(kernel, nearness.ridge)
        marks = np.equal.outer(np.array(labels, object), np.array(known, object)).astype(np.float32)
        trial = _solved(factor[:seen, :seen], marks[:seen])
        scores = unseen @ trial
        return cls(known, space, _solved(factor, marks)), np.asarray(scores, np.float32)

    def scores(self, vectors: Floats) -> Floats:
        """About 1 among the examples of a label, about 0 among others and far from all; shape (vectors, labels)."""
        return np.asarray(self._space.kernel(vectors) @ self._weights, np.float32)

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
        return {"weights": self._weights, "scaling": self._scaling.weights, **self._space.arrays()}

    @classmethod
    def from_arrays(cls, labels: Sequence[str], arrays: Mapping[str, npt.NDArray[np.generic]]) -> KernelClassifier:
        """What `arrays` gave, as it was."""
        weights, scaling = (np.asarray(arrays[name], np.float32) for name in ("weights", "scaling"))
        return cls(labels, Space.from_arrays(arrays), weights, Softmax(labels, scaling))


class Space:
    """Where the examples lie, and how far each speaks.

    The last directions of a vector tell little, and reading all examples' is what a message costs: of 512 directions,
    256 are as good on messages that nobody trained on, and so are examples rounded to bytes.
    """

    def __init__(self, directions: Floats, examples: ByteRows, narrowness: float) -> None:
        self._directions = directions
        self._examples = examples
        self._squares = _squares(examples.floats)
        self._narrowness = narrowness

    @classmethod
    def of(cls, vectors: Floats, dimensions: int, narrowness: float) -> Space:
        """The space of examples, in the directions in which they spread most."""
        _, found = np.linalg.eigh((vectors.T @ vectors).astype(np.float64))
        # Half precision halves the archive; what is learnt from is what will be read back.
        directions = found[:, ::-1][:, :dimensions].astype(np.float16).astype(np.float32)
        return cls(directions, ByteRows.of(vectors @ directions), narrowness)

    def kernel(self, vectors: Floats) -> Floats:
        """exp(-narrowness * squared distance) of each vector to each example; shape (vectors, examples)."""
        # Rounded as the examples are: a message that is one of them has no distance to it.
        places = ByteRows.of(vectors @ self._directions)
        return self._nearness(self._examples.products(places), _squares(places.floats))

    def kernel_of_examples(self) -> Floats:
        """The same of the examples among themselves, in one array: 10,000 take 0.4 GB."""
        examples = self._examples.floats
        return self._nearness(np.asarray(examples @ examples.T, np.float32), self._squares)

    def _nearness(self, products: Floats, squares: Floats) -> Floats:
        """Of dot products, which are overwritten."""
        products *= 2
        products -= squares[:, None]
        products -= self._squares
        np.minimum(products, 0, out=products)
        products *= np.float32(self._narrowness)
        return np.exp(products, out=products)

    def arrays(self) -> Arrays:
        """All that `from_arrays` needs."""
        return {
            "directions": self._directions.astype(np.float16),
            "examples": self._examples.codes,
            "steps": self._examples.steps,
            "narrowness": np.array(self._narrowness),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> Space:
        """What `arrays` gave, as it was."""
        directions, steps = (np.asarray(arrays[name], np.float32) for name in ("directions", "steps"))
        examples = ByteRows(np.asarray(arrays["examples"], np.uint8), steps)
        return cls(directions, examples, float(np.asarray(arrays["narrowness"], np.float64)))


def _factor(kernel: Floats, ridge: float) -> Floats:
    """The lower triangle whose product with its transpose is the kernel with the ridge; the kernel is overwritten."""
    from scipy.linalg import cho_factor  # noqa: PLC0415 - needed in training only, slow to import

    kernel[np.diag_indices_from(kernel)] += np.float32(ridge)
    # The transpose is the same matrix, in the order that LAPACK works on in place.
    return np.asarray(cho_factor(kernel.T, lower=True, overwrite_a=True)[0])


def _solved(factor: Floats, marks: Floats) -> Floats:
    from scipy.linalg import cho_solve  # noqa: PLC0415 - needed in training only, slow to import

    return np.asarray(cho_solve((factor, True), marks), np.float32)


def _squares(vectors: Floats) -> Floats:
    return np.asarray(np.einsum("ij,ij->i", vectors, vectors), np.float32)
