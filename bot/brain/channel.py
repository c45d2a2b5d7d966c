"""The one door to the brain: web asks for a turn, and gets the action's replies or an honest failure.

Rasa's own REST channel answers 200 with an empty list whatever goes wrong. Here a turn without a reply is an error,
text can never become a command, and no error carries a patient's words.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.core.tracker_store import TrackerStore
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot.brain.action_endpoint import FAILURES
from bot.brain.form_end import end_form, with_resume
from bot.brain.turn_request import CHANNEL, MAX_BODY, BadTurnError, TurnRequest

logger = logging.getLogger(__name__)

Handler = Callable[[UserMessage], Awaitable[Any]]
TURN_TIMEOUT_S = 10.0


class AskwellInput(InputChannel):
    """Routes /webhooks/askwell/turn and /webhooks/askwell/ready, both behind the shared secret."""

    def __init__(self, secret: str) -> None:
        self._expected = f"Bearer {secret}".encode()

    @classmethod
    def name(cls) -> str:
        """The channel's name, and its part of the address."""
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> InputChannel:
        """Make it from credentials.yml."""
        secret = (credentials or {}).get("secret")
        if not secret or secret.startswith("${"):
            cls.raise_missing_credentials_exception()
        return cls(str(secret))

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """The routes, for Rasa's server to add."""
        routes = Blueprint("askwell_channel")

        @routes.post("/turn", stream=True)
        async def turn(request: Request) -> HTTPResponse:
            if not self._is_known(request):
                return _error(401, "the shared secret is missing or wrong")
            if not is_ready(request.app):
                return _error(503, "the model is not loaded yet")
            return await _answer(request, on_new_message)

        @routes.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            if not self._is_known(request):
                return _error(401, "the shared secret is missing or wrong")
            if not is_ready(request.app):
                return _error(503, "the model is not loaded yet")
            return json({"model": model_name(request.app)})

        return routes

    def _is_known(self, request: Request) -> bool:
        given = request.headers.get("authorization", "").encode("utf-8", "replace")
        return hmac.compare_digest(given, self._expected)


async def _answer(request: Request, handle: Handler) -> HTTPResponse:
    try:
        turn = TurnRequest.parse(await _body(request))
    except BadTurnError as error:
        return json({"error": str(error), "field": error.field}, 422)
    message, failures = turn.user_message(), list[str]()
    FAILURES.set(failures)
    try:
        is_broken_off = turn.after_emergency and await end_form(_store(request.app), turn.conversation)
        await asyncio.wait_for(handle(message), TURN_TIMEOUT_S)
    except Exception as error:  # noqa: BLE001 - whatever it was, web must hear of it, without the patient's words
        logger.error("Turn %s failed: %s", turn.message, type(error).__name__)
        return _error(500, f"the turn failed: {type(error).__name__}")
    if failures:
        # Half a reply is worse than none: a form may have asked its question while the handoff was lost.
        logger.error("Turn %s failed in an action: %s", turn.message, failures[0])
        return _error(500, f"an action failed: {failures[0]}")
    return _replies(request.app, message, turn, is_broken_off=is_broken_off)


def _store(app: Sanic) -> TrackerStore:
    store: TrackerStore = app.ctx.agent.tracker_store
    return store


def _replies(app: Sanic, message: UserMessage, turn: TurnRequest, *, is_broken_off: bool) -> HTTPResponse:
    found = [reply_of(sent) for sent in _sent(message)]
    if not found:
        logger.error("Turn %s gave no reply", turn.message)
        return _error(500, "the turn gave no reply")
    return json({"replies": with_resume(found) if is_broken_off else found, "model": model_name(app)})


def _sent(message: UserMessage) -> list[dict[str, Any]]:
    channel = message.output_channel
    return channel.messages if isinstance(channel, CollectingOutputChannel) else []


def reply_of(sent: dict[str, Any]) -> dict[str, Any]:
    """The action's payload; a plain text from the domain counts as small talk."""
    return sent.get("custom") or {"kind": "smalltalk", "text": sent.get("text", "")}


async def _body(request: Request) -> bytes:
    """The body, read only as far as a turn may be long."""
    body = b""
    while request.stream and (block := await request.stream.read()) is not None:
        body += block
        if len(body) > MAX_BODY:
            raise BadTurnError("body", f"at most {MAX_BODY} bytes")
    return body


def _error(status: int, reason: str) -> HTTPResponse:
    return json({"error": reason}, status)


def is_ready(app: Sanic) -> bool:
    """Whether a model is loaded and has understood a first message."""
    return bool(getattr(app.ctx, "is_warm", False)) and agent_of(app) is not None


def model_name(app: Sanic) -> str | None:
    """The archive's name without its suffix."""
    agent = agent_of(app)
    return agent.model_name.removesuffix(".tar.gz") if agent and agent.model_name else None


def agent_of(app: Sanic) -> Agent | None:
    """Rasa's agent, once it is loaded with a model."""
    agent = getattr(app.ctx, "agent", None)
    return agent if isinstance(agent, Agent) and agent.is_ready() else None
