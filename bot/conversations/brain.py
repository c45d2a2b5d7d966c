"""The way to the brain: one HTTP call a message, and an error for everything that is no reply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import httpx
from pydantic import TypeAdapter, ValidationError

from bot.conversations.brain_address import AddressFile, BrainAddress, FixedAddress
from bot.conversations.models import Message
from bot.conversations.reply import Reply
from bot.errors import BrainUnavailableError
from bot.settings import Settings
from bot.store.database import MOST_TURNS_AT_ONCE

TURN_PATH = "/webhooks/askwell/turn"
READY_PATH = "/webhooks/askwell/ready"
KEEP_ALIVE_S = 60.0
"""Shorter than the brain keeps an idle connection (75 s), longer than a patient thinks (httpx: 5 s)."""
INTENTS_OF_CHOICES = {
    "handoff:accept": "accept_handoff",
    "handoff:decline": "decline_handoff",
    "none_of_these": "none_of_these",
    "prep:start": "start_prep",
}
_REPLIES = TypeAdapter(tuple[Reply, ...])


class Brain(Protocol):
    """What turns a patient's message into replies."""

    async def turn(self, message: Message, *, after_emergency: bool = False) -> Sequence[Reply]:
        """The replies to one message, at least one.

        After an emergency the message is an ordinary one, whatever form was open; a button whose label is empty,
        for web to fill in, offers to go on with it.

        Raises:
            BrainUnavailableError: There is none: down, slow, failed or silent.
        """

    async def is_ready(self) -> bool:
        """Whether a message would be answered now."""


class HttpBrain:
    """The brain in its own process."""

    def __init__(self, settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._address = _address(settings)
        self._client = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {settings.brain_secret.get_secret_value()}"},
            timeout=settings.brain_timeout,
            limits=httpx.Limits(max_keepalive_connections=MOST_TURNS_AT_ONCE, keepalive_expiry=KEEP_ALIVE_S),
            transport=transport,
            trust_env=False,
        )

    async def turn(self, message: Message, *, after_emergency: bool = False) -> Sequence[Reply]:
        """See `Brain`."""
        body = _turn_body(message) | ({"after_emergency": True} if after_emergency else {})
        try:
            response = await self._client.post(self._address.current() + TURN_PATH, json=body)
            response.raise_for_status()
            return _replies(response.json())
        except (httpx.HTTPError, ValueError) as error:
            raise BrainUnavailableError(type(error).__name__) from error

    async def is_ready(self) -> bool:
        """See `Brain`."""
        try:
            return (await self._client.get(self._address.current() + READY_PATH)).is_success
        except (httpx.HTTPError, BrainUnavailableError):
            return False

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()


def _address(settings: Settings) -> BrainAddress:
    return FixedAddress(settings.brain_url) if settings.brain_url else AddressFile(settings.brain_address_path)


def _turn_body(message: Message) -> dict[str, Any]:
    body: dict[str, Any] = {"conversation": str(message.conversation_id), "message": str(message.id)}
    return body | ({"choice": _as_intent(message.choice)} if message.choice else {"text": message.text})


def _as_intent(choice: str) -> dict[str, str]:
    if choice.startswith("answer:"):
        return {"intent": "choose_answer", "answer": choice.removeprefix("answer:")}
    return {"intent": INTENTS_OF_CHOICES[choice]}


def _replies(body: dict[str, Any]) -> Sequence[Reply]:
    """A broken or empty list of replies is a failure like any other: Rasa answers failures with `200 []`."""
    try:
        replies = _REPLIES.validate_python(body["replies"])
    except (KeyError, TypeError, ValidationError) as error:
        raise ValueError("The brain's answer is not a list of replies.") from error
    if not replies:
        raise ValueError("The brain was silent.")
    return [reply.model_copy(update={"model": body.get("model")}) for reply in replies]
