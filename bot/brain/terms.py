"""Words and pieces of words as vectors: TF-IDF of word and character n-grams, folded into few dimensions.

The sentence encoder knows what words mean; these features know how the clinic's words are spelt ("IND", "MedWatch"),
and pieces of words survive typing errors. Folding (latent semantic analysis: Deerwester et al., 1990) keeps the
classifier small and its training fast. Plain arrays, no pickle: a model archive cannot carry code.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


class TermSpace:
    """Turns texts into vectors of `dimensions` numbers, norm at most 1."""

    def __init__(self, vocabulary: Sequence[str], weights: Floats, components: Floats) -> None:
        self.vocabulary = list(vocabulary)
        self.weights = weights
        self.components = components
        self._index = {term: number for number, term in enumerate(self.vocabulary)}

    @classmethod
    def fit(cls, texts: Sequence[str], *, dimensions: int, min_texts: int, seed: int = 0) -> TermSpace:
        """Learn the vocabulary, the terms' rarity and the folding from texts."""
        counted = [Counter(terms(text)) for text in texts]
        seen = Counter(term for counts in counted for term in counts)
        vocabulary = sorted(term for term, count in seen.items() if count >= min_texts)
        rarity = [np.log((1 + len(texts)) / (1 + seen[term])) + 1 for term in vocabulary]
        space = cls(vocabulary, np.array(rarity, np.float32), np.zeros((len(vocabulary), 0), np.float32))
        space.components = _fold(space.sparse(counted), dimensions, seed)
        return space

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        return int(self.components.shape[1])

    def transform(self, texts: Iterable[str]) -> Floats:
        """Shape (number of texts, dimensions)."""
        columns, values, ends = self._weighted([Counter(terms(text)) for text in texts])
        rows = [values[start:end] @ self.components[columns[start:end]] for start, end in pairwise(ends)]
        return np.array(rows, np.float32).reshape(len(rows), self.dimensions)

    def sparse(self, counted: Sequence[Counter[str]]) -> csr_matrix:
        """The vectors before folding of texts whose terms are counted, shape (texts, size of the vocabulary)."""
        columns, values, ends = self._weighted(counted)
        return csr_matrix((values, columns, ends), shape=(len(counted), len(self.vocabulary)))

    def _weighted(self, counted: Sequence[Counter[str]]) -> tuple[Numbers, Floats, Numbers]:
        """The known terms of all texts one after the other, what each weighs, and where each text begins and ends."""
        known = [{self._index[term]: times for term, times in text.items() if term in self._index} for text in counted]
        ends = np.cumsum([0, *map(len, known)])
        columns = np.fromiter(chain.from_iterable(known), np.int64, ends[-1])
        times = np.fromiter(chain.from_iterable(text.values() for text in known), np.float32, ends[-1])
        values = (1 + np.log(times)) * self.weights[columns]
        rows = np.repeat(np.arange(len(known)), np.diff(ends))
        norms = np.sqrt(np.bincount(rows, values**2, len(known)))
        return columns, np.asarray(values / norms[rows], np.float32), ends


def terms(text: str) -> list[str]:
    """The words, pairs of words, and pieces of three to five letters within words."""
    words = WORD.findall(text.lower())
    found = [*words, *(f"{first} {second}" for first, second in pairwise(words))]
    for word in words:
        found += _pieces(f"<{word}>")
    return found


def _pieces(word: str) -> list[str]:
    # The mark keeps the piece "#risk" apart from the word "risk".
    return [f"#{word[start : start + size]}" for size in (3, 4, 5) for start in range(len(word) - size + 1)]


def _fold(matrix: csr_matrix, dimensions: int, seed: int) -> Floats:
    from sklearn.utils.extmath import randomized_svd  # noqa: PLC0415 - needed in training only, slow to import

    wanted = min(dimensions, *(size - 1 for size in matrix.shape))
    if wanted < 1:
        return np.zeros((matrix.shape[1], 0), np.float32)
    _, _, directions = randomized_svd(matrix, wanted, n_iter=4, random_state=seed)
    return np.ascontiguousarray(directions.T, np.float32)
