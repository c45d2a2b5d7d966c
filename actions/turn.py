"""What every action shares: the turn as Rasa posts it, and the reply as Rasa expects it."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.conversations.reply import Decision, Kind, Reply
from bot.conversations.responder import Responder
from bot.prep.sheet import CHAT_PARTS

FAILURES_BEFORE_A_PERSON = 2
FAILURE_KINDS = frozenset({Kind.CLARIFY, Kind.DECLINED})

PLAIN = "\u2060"
"""What the brain puts before a slash, so that Rasa takes no text for a command; the patient did not type it."""

_LISTEN = FollowupAction("action_listen")
"""A turn is one action. Rasa would ask its rules what comes after it, which costs as much as asking for the first."""


@dataclass(frozen=True)
class Turn:
    """One patient message as the brain saw it."""

    conversation: UUID
    message: UUID
    intent: str
    text: str
    decision: Decision
    chosen: str | None
    failures: int
    part: str | None
    """The part of the prep sheet that the open form asks for."""

    @property
    def is_second_failure(self) -> bool:
        """Whether failing once more would be one time too often."""
        return self.failures + 1 >= FAILURES_BEFORE_A_PERSON


@dataclass(frozen=True)
class Said:
    """What a turn gets, in order."""

    replies: tuple[Reply, ...]
    part: str | None
    """The part of the prep sheet that the form asks for from now on."""


class TurnAction(Action):
    """An action that says what one turn gets; subclasses say how."""

    action_name: str

    def __init__(self, responder: Responder) -> None:
        self.responder = responder

    def name(self) -> str:
        """The action's name in domain.yml."""
        return self.action_name

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Reply, and keep what the next turn needs to know."""
        del domain
        turn = read_turn(tracker)
        said = await self.say(turn)
        for reply in said.replies:
            dispatcher.utter_message(json_message=reply.because_of(turn.decision).as_json())
        return [*remember(turn, said), _LISTEN]

    @abstractmethod
    async def say(self, turn: Turn) -> Said:
        """What this turn gets."""


class ReplyAction(TurnAction):
    """An action that makes one reply; subclasses say which."""

    async def say(self, turn: Turn) -> Said:
        """The reply; where the prep form is open, its question once more below, unless the reply asks one itself.

        What is asked in a dialog is settled there: the form goes on.
        """
        reply = await self.reply(turn)
        asks = (reply.offers_person and not reply.consent) or reply.kind in {Kind.CLARIFY, Kind.EMERGENCY}
        if turn.part is None or asks:
            return Said((reply,), turn.part)
        return Said((reply, self.responder.prep(f"prep_{turn.part}")), turn.part)

    @abstractmethod
    async def reply(self, turn: Turn) -> Reply:
        """The reply to this turn."""


def remember(turn: Turn, said: Said) -> list[EventType]:
    """Keep the subject, how often in a row the assistant failed, whether a person is offered, and the form."""
    failed = any(reply.kind in FAILURE_KINDS for reply in said.replies)
    kept = {
        "failures": turn.failures + 1 if failed else 0,
        "offered": any(reply.offers_person for reply in said.replies),
        "prep_part": said.part,
    }
    answers = [reply.answer for reply in said.replies if reply.answer]
    subject = {"subject": answers[-1]} if answers else {}
    return [SlotSet(name, value) for name, value in (kept | subject).items()]


def read_turn(tracker: Tracker) -> Turn:
    """Read what Rasa posted."""
    latest = tracker.latest_message
    part = tracker.get_slot("prep_part")
    return Turn(
        conversation=UUID(tracker.sender_id),
        message=UUID(latest["metadata"]["message"]),
        intent=latest["intent"]["name"],
        text=str(latest.get("text") or "").removeprefix(PLAIN),
        decision=Decision.model_validate(latest.get("decision") or {}),
        chosen=next(tracker.get_latest_entity_values("answer"), None),
        failures=int(tracker.get_slot("failures") or 0),
        part=part if part in CHAT_PARTS else None,
    )
