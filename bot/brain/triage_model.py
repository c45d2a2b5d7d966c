"""What kind of message it is: the trained half of triage, without Rasa and without rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from bot.brain.attributes import is_answer
from bot.brain.nearness import Arrays, Nearness
from bot.brain.softmax import Softmax, divided, held_out_rows, side_by_side

Floats = npt.NDArray[np.float32]

GENERAL, PERSONAL, EMERGENCY, OUT_OF_SCOPE, CHITCHAT = (
    "general",
    "personal_medical",
    "emergency",
    "out_of_scope",
    "chitchat",
)
OWN_BODY = (PERSONAL, EMERGENCY)
NO_BUSINESS = frozenset({"out_of_scope", "other_medicine", "nonsense", "other_language", "prompt_injection", "insult"})


@dataclass(frozen=True)
class Fitting:
    """How a model is trained; see config.yml."""

    strength: float
    """C of the logistic regression."""
    recall: float
    """The share of held-out personal messages that must be caught."""
    one_in: int
    """Every n-th example of a kind is held out to calibrate on."""
    narrowness: float
    ridge: float
    """Of the kernel; see `Nearness`."""
    others: int
    """How many examples of other kinds the kernel learns from: those that look most like personal ones."""


class TriageModel:
    """Five kinds, and how much suspicion of a personal matter is enough to hand over.

    The kernel says how likely it is about the writer's own body, and how likely an emergency; the linear classifier,
    which of the other kinds it is. Of blind sets of messages, a linear classifier hands over three times as many
    general questions for the same share of personal ones caught, and calls ten times as many of these emergencies.
    """

    def __init__(self, classifier: Softmax, nearness: Nearness, suspicion: float = 0.0) -> None:
        self.classifier = classifier
        self.nearness = nearness
        self.suspicion = suspicion
        """From this probability of "personal or emergency" on, the message is not general."""
        self._own = np.isin(classifier.labels, OWN_BODY)

    @classmethod
    def fit(cls, vectors: Floats, labels: Sequence[str], fitting: Fitting) -> TriageModel:
        """Train on labelled vectors."""
        kinds = [kind_of(label) for label in labels]
        held = held_out_rows(kinds, fitting.one_in)
        seen_kinds, held_kinds = divided(kinds, held)
        trial, final = side_by_side(
            partial(cls._trained, vectors[~held], seen_kinds, fitting), partial(cls._trained, vectors, kinds, fitting)
        )
        final._learn_from(trial, vectors[held], held_kinds, fitting.recall)  # noqa: SLF001 (another of this class)
        return final

    @classmethod
    def _trained(cls, vectors: Floats, kinds: Sequence[str], fitting: Fitting) -> TriageModel:
        classifier = Softmax.fit(vectors, kinds, strength=fitting.strength)
        marks = _marks(kinds)
        own = marks[:, 0]
        suspicious = classifier.probabilities(vectors)[:, np.isin(classifier.labels, OWN_BODY)].sum(axis=1)
        # In their order: the same examples always give the same numbers.
        rows = np.sort(np.argsort(-np.where(own, np.inf, suspicious), kind="stable")[: own.sum() + fitting.others])
        nearness = Nearness.fit(vectors[rows], marks[rows], narrowness=fitting.narrowness, ridge=fitting.ridge)
        return cls(classifier, nearness)

    def _learn_from(self, trial: TriageModel, vectors: Floats, kinds: Sequence[str], recall: float) -> None:
        self.classifier.calibrate(trial.classifier.scores(vectors), kinds)
        marks, scores = _marks(kinds), trial.nearness.scores(vectors)
        self.nearness.calibrate(scores, marks)
        risks = self.nearness.as_probabilities(scores).max(axis=1)
        self.suspicion = float(np.quantile(risks[marks[:, 0]], 1 - recall))

    def probabilities(self, vectors: Floats) -> list[dict[str, float]]:
        """The probability of each kind for each vector."""
        near = self.nearness.probabilities(vectors)
        risks, emergency = near.max(axis=1), near[:, 1]
        others = self.classifier.probabilities(vectors)[:, ~self._own]
        shares = (1 - risks[:, None]) * others / np.maximum(others.sum(axis=1, keepdims=True), np.float32(1e-9))
        names = [*OWN_BODY, *np.array(self.classifier.labels)[~self._own]]
        rows = np.column_stack([risks - emergency, emergency, shares])
        return [dict(zip(names, map(_rounded, row), strict=True)) for row in rows]

    def arrays(self) -> Arrays:
        """All numbers of the model."""
        numbers = np.array([self.classifier.temperature, self.suspicion])
        return {"weights": self.classifier.weights, "numbers": numbers, **self.nearness.arrays()}

    @classmethod
    def from_arrays(cls, labels: Sequence[str], arrays: Arrays) -> TriageModel:
        """What `arrays` gave, as a model again."""
        temperature, suspicion = (float(number) for number in np.asarray(arrays["numbers"], np.float64))
        classifier = Softmax(labels, np.asarray(arrays["weights"], np.float32), temperature)
        return cls(classifier, Nearness.from_arrays(arrays), suspicion)


def kind_of(label: str) -> str:
    """The kind of message that an answer's id or an intent stands for."""
    if is_answer(label):
        return GENERAL
    if label in OWN_BODY:
        return label
    return OUT_OF_SCOPE if label in NO_BUSINESS else CHITCHAT


def risk(probabilities: dict[str, float]) -> float:
    """How likely the message is about the writer's own body."""
    return sum(probabilities.get(kind, 0.0) for kind in OWN_BODY)


def _marks(kinds: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Whether each is about the writer's own body, and whether it is an emergency; shape (kinds, 2)."""
    return np.column_stack([np.isin(kinds, OWN_BODY), np.isin(kinds, EMERGENCY)])


def _rounded(value: np.float32) -> float:
    return round(float(value), 4)
