"""What kind of message it is: the trained half of triage, without Rasa and without rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.brain.attributes import is_answer
from bot.brain.kernel import Arrays, KernelClassifier, Nearness
from bot.brain.softmax import held_out_rows

Floats = npt.NDArray[np.float32]

GENERAL, PERSONAL, EMERGENCY, OUT_OF_SCOPE, CHITCHAT = (
    "general",
    "personal_medical",
    "emergency",
    "out_of_scope",
    "chitchat",
)
OWN_BODY = (PERSONAL, EMERGENCY)
LIKELY = 0.5
"""From here on something is likelier than not."""
NO_BUSINESS = frozenset({"out_of_scope", "other_medicine", "nonsense", "other_language", "prompt_injection", "insult"})


@dataclass(frozen=True)
class Fitting:
    """How a model is trained; see config.yml."""

    nearness: Nearness
    general: int
    """How many examples of answers are learnt from at most, evenly from all answers."""
    recall: float
    """The share of held-out personal messages that must be caught."""
    one_in: int
    """Every n-th example of a kind is held out to calibrate on."""


class TriageModel:
    """Five kinds, and how much suspicion of a personal matter is enough to hand over.

    Of blind sets of messages, a linear classifier in the kernel's place hands over three times as many general
    questions for the same share of personal ones caught, and takes ten times as many personal ones for emergencies.
    """

    def __init__(self, classifier: KernelClassifier, suspicion: float) -> None:
        self.classifier = classifier
        self.suspicion = suspicion
        """From this probability of "personal or emergency" on, the message is not general."""

    @classmethod
    def fit(cls, vectors: Floats, labels: Sequence[str], fitting: Fitting) -> TriageModel:
        """Train on labelled vectors."""
        kinds = [kind_of(label) for label in labels]
        rows = _thinned(kinds, fitting.general)
        held = held_out_rows([kinds[row] for row in rows], fitting.one_in)
        rows = np.concatenate([rows[~held], rows[held]])
        classifier, scores = KernelClassifier.fit(
            vectors[rows], [kinds[row] for row in rows], fitting.nearness, held_out=int(held.sum())
        )
        held_kinds = [kinds[row] for row in rows[-len(scores) :]]
        classifier.calibrate(scores, held_kinds)
        model = cls(classifier, 0.0)
        risks = [risk(row) for row in model.as_probabilities(scores[np.isin(held_kinds, OWN_BODY)])]
        model.suspicion = float(np.quantile(risks, 1 - fitting.recall))
        return model

    def probabilities(self, vectors: Floats) -> list[dict[str, float]]:
        """The probability of each kind for each vector."""
        return self.as_probabilities(self.classifier.scores(vectors))

    def as_probabilities(self, scores: Floats) -> list[dict[str, float]]:
        """The probability of each kind for each row of scores."""
        rows = self.classifier.as_probabilities(scores)
        return [
            {kind: round(float(value), 4) for kind, value in zip(self.classifier.labels, row, strict=True)}
            for row in rows
        ]

    def arrays(self) -> Arrays:
        """All that `from_arrays` needs beside the kinds."""
        return {**self.classifier.arrays(), "suspicion": np.array(self.suspicion)}

    @classmethod
    def from_arrays(cls, kinds: Sequence[str], arrays: Arrays) -> TriageModel:
        """What `arrays` gave, as a model again."""
        suspicion = float(np.asarray(arrays["suspicion"], np.float64))
        return cls(KernelClassifier.from_arrays(kinds, arrays), suspicion)


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


def _thinned(kinds: Sequence[str], most: int) -> npt.NDArray[np.int64]:
    """The rows of all kinds, but evenly only so many of the general ones; in their order."""
    general = np.flatnonzero(np.equal(np.array(kinds, object), GENERAL))
    if len(general) > most:
        general = general[np.linspace(0, len(general) - 1, most).astype(np.int64)]
    others = np.flatnonzero(np.not_equal(np.array(kinds, object), GENERAL))
    return np.sort(np.concatenate([general, others]))
