"""One reply of the bot and its decision record: the one vocabulary of API, ledger and evaluation."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

SEND_OR_NOT = ("handoff:accept", "handoff:decline")
"""The buttons of every reply that asks whether a person is to get the patient's words."""


class Kind(StrEnum):
    """What kind of reply a patient got."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    HANDOFF = "handoff"
    EMERGENCY = "emergency"
    DECLINED = "declined"
    SMALLTALK = "smalltalk"
    PREP = "prep"
    WITHHELD = "withheld"
    UNAVAILABLE = "unavailable"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RunnerUp(_Record):
    """The second-best answer."""

    answer: str
    confidence: float


class Triage(_Record):
    """What the message is about, with the words that showed it."""

    label: str
    confidence: float | None = None
    because: tuple[str, ...] = ()


class Choice(_Record):
    """A button; the server takes only ids that it issued."""

    id: str
    label: str


class HandoffNote(_Record):
    """What a reply says of a handoff, which is committed before the reply is."""

    reference: str
    urgent: bool = False


class Decision(_Record):
    """What the brain made of a message: the output property `decision` of its pipeline."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    intent: str = ""
    topic: str | None = None
    confidence: float | None = None
    runner_up: RunnerUp | None = None
    suggestions: tuple[str, ...] = ()
    triage: Triage | None = None
    also: tuple[str, ...] = ()


class Reply(_Record):
    """One reply with the record of why it was given."""

    kind: Kind
    text: str
    languages: tuple[str, ...] = ()
    """Of each paragraph of `text`, in order; none if all of it is in English."""
    answer: str | None = None
    revision: str | None = None
    confidence: float | None = None
    runner_up: RunnerUp | None = None
    triage: Triage | None = None
    suggestions: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    handoff: HandoffNote | None = None
    consent: str | None = None
    """Of which handoff the patient is to be shown, word for word, what is shared; until they agree, nothing is sent."""
    model: str | None = None

    @property
    def offers_person(self) -> bool:
        """Whether it asks the patient to say yes or no to a person."""
        return any(choice.id in SEND_OR_NOT for choice in self.choices)

    def as_json(self) -> dict[str, Any]:
        """The reply as the action protocol and the ledger carry it."""
        return self.model_dump(mode="json")

    def because_of(self, decision: Decision) -> Reply:
        """The same reply, with what the brain thought on record."""
        return self.model_copy(
            update={
                "confidence": decision.confidence,
                "runner_up": decision.runner_up,
                "triage": decision.triage,
                "suggestions": self.suggestions or decision.suggestions,
            }
        )
