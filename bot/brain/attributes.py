"""The properties of a Rasa message that our components pass on to each other, and what they hold."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

RULES = "rules"
"""Future of TriageGuess or None: what the rules of bot.safety say of the whole message."""

VIEWS = "views"
"""list[str]: the normalised text, then its parts if it holds more than one question."""

VECTORS = "vectors"
"""float32 array, one row for each view."""

TOPIC = "topic"
"""str, in training data: the id of the answer whose example this is."""

TOPICS = "topics"
"""list[TopicGuess], one for each view."""

TRIAGE = "triage"
"""TriageGuess for the whole message."""

DECISION = "decision"
"""dict, an output property: what the action reads and the ledger keeps."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class TopicGuess:
    """What one view of a message seems to be about."""

    ranking: list[tuple[str, float]]
    """The likeliest labels (answer ids and intents) with their calibrated confidence, best first."""

    familiarity: float = 0.0
    """How like the examples of its likeliest answers it is: 0 is average, below 0 is stranger."""

    is_familiar: bool = True
    """Familiar enough to be answered."""

    is_strange: bool = False
    """So unlike all examples that not even a suggestion makes sense."""

    is_example: bool = False
    """Whether an example says the very same."""

    @property
    def best(self) -> str:
        """The likeliest label."""
        return self.ranking[0][0]

    @property
    def confidence(self) -> float:
        """The likeliest label's confidence."""
        return self.ranking[0][1]

    def answers(self) -> list[tuple[str, float]]:
        """The part of the ranking that is answers."""
        return [(label, confidence) for label, confidence in self.ranking if is_answer(label)]


@dataclass(frozen=True)
class TriageGuess:
    """What kind of message it is, and the words that say so."""

    label: str
    confidence: float
    because: tuple[str, ...] = ()
    red_flag: str | None = None
    """"clear", "possible" or None: what the emergency rules say."""

    probabilities: dict[str, float] = field(default_factory=dict)

    elsewhere: tuple[bool, ...] = ()
    """For each view, whether nothing in it may stand for the treatment, and it names an illness, or what no answer's
    example does."""


def is_answer(label: str) -> bool:
    """Whether a label is an answer's id, such as risks/allergy, and not an intent."""
    return "/" in label


def category(label: str) -> str:
    """The intent that a label belongs to: an answer's category, or the intent itself."""
    return label.split("/", 1)[0]
