"""What every action shares: the turn as Rasa posts it, and the reply as Rasa expects it."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.conversations.reply import Decision, Kind, Reply
from bot.conversations.responder import Responder

FAILURES_BEFORE_A_PERSON = 2
FAILURE_KINDS = frozenset({Kind.CLARIFY, Kind.DECLINED})


@dataclass(frozen=True)
class Turn:
    """One patient message as the brain saw it."""

    conversation: UUID
    message: UUID
    intent: str
    decision: Decision
    chosen: str | None
    failures: int
    slots: dict[str, Any]

    @property
    def is_second_failure(self) -> bool:
        """Whether failing once more would be one time too often."""
        return self.failures + 1 >= FAILURES_BEFORE_A_PERSON


class TurnAction(Action):
    """An action that makes one reply; subclasses say which."""

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
        reply = (await self.reply(turn)).because_of(turn.decision)
        dispatcher.utter_message(json_message=reply.as_json())
        return self.remember(turn, reply)

    @abstractmethod
    async def reply(self, turn: Turn) -> Reply:
        """The reply to this turn."""

    def remember(self, turn: Turn, reply: Reply) -> list[EventType]:
        """Keep the subject, and how often in a row the assistant failed."""
        failures = turn.failures + 1 if reply.kind in FAILURE_KINDS else 0
        events = [SlotSet("failures", failures)]
        return [*events, SlotSet("subject", reply.answer)] if reply.answer else events


def read_turn(tracker: Tracker) -> Turn:
    """Read what Rasa posted."""
    latest = tracker.latest_message
    return Turn(
        conversation=UUID(tracker.sender_id),
        message=UUID(latest["metadata"]["message"]),
        intent=latest["intent"]["name"],
        decision=Decision.model_validate(latest.get("decision") or {}),
        chosen=next(tracker.get_latest_entity_values("answer"), None),
        failures=int(tracker.get_slot("failures") or 0),
        slots=dict(tracker.slots),
    )
