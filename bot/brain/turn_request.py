"""What web may send to the brain, checked field by field."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

from rasa.core.channels.channel import UserMessage

from bot.brain.attributes import DECISION
from bot.errors import AskwellError

CHANNEL = "askwell"
MAX_BODY = 64 * 1024
"""Bytes; 2,000 characters need at most 12,000 as JSON escapes."""
MAX_TEXT = 2000

CHOICES = frozenset({"choose_answer", "accept_handoff", "decline_handoff", "none_of_these", "start_prep"})
"""The intents that a button may stand for; anything else must be said in words."""

PLAIN = "\u2060"
"""A word joiner before a slash: Rasa takes no text for a command that does not begin with the slash itself."""


class BadTurnError(AskwellError):
    """The request is not one that web sends; names the field."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field


@dataclass(frozen=True)
class TurnRequest:
    """One message from a patient: words, or a button."""

    conversation: str
    message: str
    text: str | None = None
    intent: str | None = None
    answer: str | None = None
    after_emergency: bool = False
    """Whether an emergency was answered since the last message that the brain replied to."""

    @classmethod
    def parse(cls, body: bytes) -> TurnRequest:
        """Read a request's body.

        Raises:
            BadTurnError: It is not what web sends.
        """
        data = _object(body)
        conversation, message = _uuid(data, "conversation"), _uuid(data, "message")
        if ("text" in data) == ("choice" in data):
            raise BadTurnError("text", "either text or choice is needed")
        after_emergency = data.get("after_emergency") is True
        if "text" in data:
            return cls(conversation, message, text=_text(data["text"]), after_emergency=after_emergency)
        intent, answer = _choice(data["choice"])
        return cls(conversation, message, intent=intent, answer=answer, after_emergency=after_emergency)

    def user_message(self) -> UserMessage:
        """The message as Rasa takes it."""
        return UserMessage(
            text=as_plain_text(self.text) if self.text is not None else f"[{self.intent}]",
            sender_id=self.conversation,
            input_channel=CHANNEL,
            message_id=self.message,
            metadata={"message": self.message},
            parse_data=self._parse_data() if self.intent else None,
        )

    def _parse_data(self) -> dict[str, Any]:
        """What the pipeline would have found; a button needs no understanding."""
        entities = [{"entity": "answer", "value": self.answer}] if self.answer else []
        return {
            "text": f"[{self.intent}]",
            "intent": {"name": self.intent, "confidence": 1.0},
            "intent_ranking": [],
            "entities": entities,
            DECISION: {
                "intent": self.intent,
                "topic": self.answer,
                "confidence": 1.0,
                "runner_up": None,
                "suggestions": [],
                "triage": {"label": "general", "confidence": 1.0, "because": []},
                "also": [],
            },
        }


def as_plain_text(text: str) -> str:
    """The text such that Rasa never takes it for a command such as /restart.

    Rasa strips white space, a no-break space included, before it looks for the slash; so do we.
    """
    stripped = text.strip()
    return f"{PLAIN}{stripped}" if stripped.startswith("/") else stripped


def _object(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadTurnError("body", "it is not JSON") from error
    if not isinstance(data, dict):
        raise BadTurnError("body", "it is not a JSON object")
    return data


def _uuid(data: dict[str, Any], field: str) -> str:
    try:
        return str(uuid.UUID(data[field]))
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise BadTurnError(field, "a UUID is needed") from error


def _text(text: object) -> str:
    if not isinstance(text, str):
        raise BadTurnError("text", "a string is needed")
    if len(text) > MAX_TEXT:
        raise BadTurnError("text", f"at most {MAX_TEXT} characters")
    return text.encode("utf-8", "replace").decode("utf-8")


def _choice(choice: object) -> tuple[str, str | None]:
    if not isinstance(choice, dict) or not _is_choice(choice.get("intent")):
        raise BadTurnError("choice.intent", "it is not a choice that exists")
    answer = choice.get("answer")
    if choice["intent"] != "choose_answer":
        return choice["intent"], None
    if not isinstance(answer, str) or "/" not in answer:
        raise BadTurnError("choice.answer", "an answer's id is needed")
    return choice["intent"], answer


def _is_choice(intent: object) -> bool:
    return isinstance(intent, str) and intent in CHOICES
