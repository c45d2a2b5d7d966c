"""The way to the brain: one HTTP call a message, and an error for everything that is no reply."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Protocol

import aiohttp
from pydantic import TypeAdapter, ValidationError

from bot.conversations.brain_address import AddressFile, BrainAddress, FixedAddress
from bot.conversations.models import Message
from bot.conversations.reply import Reply
from bot.errors import BrainUnavailableError
from bot.settings import Settings

TURN_PATH = "/webhooks/askwell/turn"
READY_PATH = "/webhooks/askwell/ready"
KEEP_ALIVE_S = 60.0
"""Shorter than the brain keeps an idle connection (75 s), longer than a patient thinks."""
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

    def __init__(self, settings: Settings) -> None:
        self._address = _address(settings)
        self._headers = {"Authorization": f"Bearer {settings.brain_secret.get_secret_value()}"}
        self._timeout = aiohttp.ClientTimeout(total=settings.brain_timeout)
        self._opened: aiohttp.ClientSession | None = None

    async def turn(self, message: Message, *, after_emergency: bool = False) -> Sequence[Reply]:
        """See `Brain`."""
        body = _turn_body(message) | ({"after_emergency": True} if after_emergency else {})
        try:
            async with self._session().post(
                self._address.current() + TURN_PATH, json=body, allow_redirects=False
            ) as response:
                return _replies(await _read(response))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise BrainUnavailableError(type(error).__name__) from error

    async def is_ready(self) -> bool:
        """See `Brain`."""
        try:
            async with self._session().get(self._address.current() + READY_PATH, allow_redirects=False) as response:
                return response.status == HTTPStatus.OK
        except (aiohttp.ClientError, OSError, BrainUnavailableError):
            return False

    async def close(self) -> None:
        """Give the connections back."""
        if self._opened:
            await self._opened.close()

    def _session(self) -> aiohttp.ClientSession:
        """The one session; made by the first call, since it belongs to the running event loop."""
        if self._opened is None:
            self._opened = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE_S),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=self._headers,
                timeout=self._timeout,
            )
        return self._opened


def _address(settings: Settings) -> BrainAddress:
    return FixedAddress(settings.brain_url) if settings.brain_url else AddressFile(settings.brain_address_path)


def _turn_body(message: Message) -> dict[str, Any]:
    body: dict[str, Any] = {"conversation": str(message.conversation_id), "message": str(message.id)}
    return body | ({"choice": _as_intent(message.choice)} if message.choice else {"text": message.text})


def _as_intent(choice: str) -> dict[str, str]:
    if choice.startswith("answer:"):
        return {"intent": "choose_answer", "answer": choice.removeprefix("answer:")}
    return {"intent": INTENTS_OF_CHOICES[choice]}


async def _read(response: aiohttp.ClientResponse) -> Any:  # noqa: ANN401 (any JSON value)
    if response.status != HTTPStatus.OK:
        raise BrainUnavailableError(f"status {response.status}")
    return await response.json()


def _replies(body: dict[str, Any]) -> Sequence[Reply]:
    """A broken or empty list of replies is a failure like any other: Rasa answers failures with `200 []`."""
    try:
        replies = _REPLIES.validate_python(body["replies"])
    except (KeyError, TypeError, ValidationError) as error:
        raise ValueError("The brain's answer is not a list of replies.") from error
    if not replies:
        raise ValueError("The brain was silent.")
    return [reply.model_copy(update={"model": body.get("model")}) for reply in replies]
