"""Which answer, or which other intent: the classifier and its sense of the unfamiliar, without Rasa."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from bot.brain.attributes import TopicGuess, is_answer
from bot.brain.encoder import DIMENSIONS
from bot.brain.familiarity import Familiarity
from bot.brain.softmax import Softmax, divided, held_out_rows, side_by_side

Floats = npt.NDArray[np.float32]
Arrays = dict[str, npt.NDArray[np.generic]]
CANDIDATES = 5
RANKING = 10


class TopicModel:
    """Ranks all labels for a vector and says how familiar it is."""

    def __init__(self, classifier: Softmax, familiarity: Familiarity, limits: tuple[float, float] = (0, 0)) -> None:
        self.classifier = classifier
        self.familiarity = familiarity
        self.limits = limits
        """Familiarity below which a question is not answered, and below which nothing is even suggested."""
        self._answers = np.array([is_answer(label) for label in classifier.labels])
        self._answer_number = np.cumsum(self._answers) - 1

    @classmethod
    def fit(
        cls, vectors: Floats, labels: Sequence[str], *, strength: float, kept: tuple[float, float], one_in: int
    ) -> TopicModel:
        """Train on labelled vectors.

        Args:
            vectors: Examples x dimensions; the first 384 are the sentence encoder's.
            labels: Answer ids and intents.
            strength: C of the logistic regression.
            kept: The shares of held-out examples of answers that must count as familiar, and as not strange.
            one_in: Every n-th example of a label is held out to calibrate on.
        """
        held = held_out_rows(labels, one_in)
        seen, unseen = divided(labels, held)
        trial, final = side_by_side(
            partial(cls._trained, vectors[~held], seen, strength), partial(cls._trained, vectors, labels, strength)
        )
        final._learn_from(trial, vectors[held], unseen, kept)  # noqa: SLF001 (another of this class)
        return final

    @classmethod
    def _trained(cls, vectors: Floats, labels: Sequence[str], strength: float) -> TopicModel:
        classifier = Softmax.fit(vectors, labels, strength=strength)
        answers = [label for label in classifier.labels if is_answer(label)]
        rows = [row for row, label in enumerate(labels) if is_answer(label)]
        owner = np.array([answers.index(labels[row]) for row in rows], np.int64)
        return cls(classifier, Familiarity.fit(vectors[rows, :DIMENSIONS], owner))

    def _learn_from(self, trial: TopicModel, vectors: Floats, labels: list[str], kept: tuple[float, float]) -> None:
        self.classifier.calibrate(trial.classifier.scores(vectors), labels)
        trial.classifier.temperature = self.classifier.temperature
        answers = [row for row, label in enumerate(labels) if is_answer(label)]
        signals = trial.signals(vectors[answers])
        self.familiarity.standardise(signals)
        scores = [self.familiarity.score(row) for row in signals]
        self.limits = (float(np.quantile(scores, 1 - kept[0])), float(np.quantile(scores, 1 - kept[1])))

    def guesses(self, vectors: Floats) -> list[TopicGuess]:
        """One guess for each vector."""
        probabilities = self.classifier.probabilities(vectors)
        signals = self._signals(vectors, probabilities)
        return [self._guess(row, signal) for row, signal in zip(probabilities, signals, strict=True)]

    def _guess(self, probabilities: Floats, signals: Floats) -> TopicGuess:
        score = self.familiarity.score(signals)
        familiar, strange = self.limits
        ranking = self._ranking(probabilities)
        return TopicGuess(ranking, score, is_familiar=score >= familiar, is_strange=score < strange)

    def signals(self, vectors: Floats) -> Floats:
        """The signals of familiarity for each vector."""
        return self._signals(vectors, self.classifier.probabilities(vectors))

    def _signals(self, vectors: Floats, probabilities: Floats) -> Floats:
        return np.stack(
            [
                self.familiarity.signals(vector[:DIMENSIONS], self._candidates(row), self._log_odds(row))
                for vector, row in zip(vectors, probabilities, strict=True)
            ]
        )

    def _candidates(self, probabilities: Floats) -> list[int]:
        best = np.argsort(-np.where(self._answers, probabilities, -1.0))[:CANDIDATES]
        return [int(self._answer_number[label]) for label in best if self._answers[label]]

    def _log_odds(self, probabilities: Floats) -> float:
        within = float(probabilities[self._answers].sum())
        return float(np.log(within + 1e-6) - np.log(1 - within + 1e-6))

    def _ranking(self, probabilities: Floats) -> list[tuple[str, float]]:
        best = np.argsort(-probabilities, kind="stable")[:RANKING]
        return [(self.classifier.labels[row], round(float(probabilities[row]), 4)) for row in best]

    def arrays(self) -> Arrays:
        """All numbers of the model."""
        numbers = np.array([self.classifier.temperature, *self.limits])
        return {"weights": self.classifier.weights, "numbers": numbers, **self.familiarity.arrays()}

    @classmethod
    def from_arrays(cls, labels: Sequence[str], arrays: Arrays) -> TopicModel:
        """What `arrays` gave, as a model again."""
        temperature, familiar, strange = (float(number) for number in np.asarray(arrays["numbers"], np.float64))
        classifier = Softmax(labels, np.asarray(arrays["weights"], np.float32), temperature)
        return cls(classifier, Familiarity(arrays), (familiar, strange))
