"""What kind of message it is: the trained half of triage, without Rasa and without rules."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from bot.brain.attributes import is_answer
from bot.brain.softmax import Softmax, divided, held_out_rows, side_by_side

Floats = npt.NDArray[np.float32]

GENERAL, PERSONAL, EMERGENCY, OUT_OF_SCOPE, CHITCHAT = (
    "general",
    "personal_medical",
    "emergency",
    "out_of_scope",
    "chitchat",
)
NO_BUSINESS = frozenset({"out_of_scope", "other_medicine", "nonsense", "other_language", "prompt_injection", "insult"})


class TriageModel:
    """Five kinds, and how much suspicion of a personal matter is enough to hand over."""

    def __init__(self, classifier: Softmax, suspicion: float) -> None:
        self.classifier = classifier
        self.suspicion = suspicion
        """From this probability of "personal or emergency" on, the message is not general."""

    @classmethod
    def fit(cls, vectors: Floats, labels: Sequence[str], *, strength: float, recall: float, one_in: int) -> TriageModel:
        """Train on labelled vectors; `recall` is the share of held-out personal messages that must be caught."""
        kinds = [kind_of(label) for label in labels]
        held = held_out_rows(kinds, one_in)
        seen_kinds, held_kinds = divided(kinds, held)
        trial, final = side_by_side(
            partial(Softmax.fit, vectors[~held], seen_kinds, strength=strength),
            partial(Softmax.fit, vectors, kinds, strength=strength),
        )
        final.calibrate(trial.scores(vectors[held]), held_kinds)
        trial.temperature = final.temperature
        return cls(final, _threshold(trial, vectors[held], held_kinds, recall))

    def probabilities(self, vectors: Floats) -> list[dict[str, float]]:
        """The probability of each kind for each vector."""
        return [
            {label: round(float(value), 4) for label, value in zip(self.classifier.labels, row, strict=True)}
            for row in self.classifier.probabilities(vectors)
        ]


def kind_of(label: str) -> str:
    """The kind of message that an answer's id or an intent stands for."""
    if is_answer(label):
        return GENERAL
    if label in {PERSONAL, EMERGENCY}:
        return label
    return OUT_OF_SCOPE if label in NO_BUSINESS else CHITCHAT


def risk(probabilities: dict[str, float]) -> float:
    """How likely the message is about the writer's own body."""
    return probabilities.get(PERSONAL, 0.0) + probabilities.get(EMERGENCY, 0.0)


def _threshold(trial: Softmax, vectors: Floats, kinds: list[str], recall: float) -> float:
    model = TriageModel(trial, 0.0)
    risks = [
        risk(row)
        for row, kind in zip(model.probabilities(vectors), kinds, strict=True)
        if kind in {PERSONAL, EMERGENCY}
    ]
    return float(np.quantile(risks, 1 - recall)) if risks else 1.0
