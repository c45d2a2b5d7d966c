"""The way to the brain: what is sent, and what counts as no reply."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import uuid4

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from bot.conversations.brain import KEEP_ALIVE_S, HttpBrain
from bot.conversations.models import Message
from bot.conversations.reply import Kind
from bot.errors import BrainUnavailableError
from bot.settings import Settings
from tests.support.factories import a_reply

SETTINGS = Settings(_env_file=None, brain_secret="of the brain")
type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class FakeBrain:
    """Answers each request as the test says, and keeps what it got."""

    def __init__(self) -> None:
        self.requests: list[web.Request] = []
        self.bodies: list[bytes] = []
        self.answer: Handler = _says(text=json.dumps({"replies": [a_reply().as_json()], "model": "m1"}))

    async def take(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        self.bodies.append(await request.read())
        return await self.answer(request)


def _says(**response: object) -> Handler:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(**{"content_type": "application/json", **response})  # type: ignore[arg-type]

    return answer


async def _breaks_off(request: web.Request) -> web.StreamResponse:
    assert request.transport
    request.transport.abort()
    return web.Response()


async def _talks_nonsense(request: web.Request) -> web.StreamResponse:
    assert request.transport
    request.transport.write(b"my secret\r\n\r\n")
    return await _breaks_off(request)


async def _stays_silent(_: web.Request) -> web.StreamResponse:
    await asyncio.sleep(5)
    return web.Response()


@pytest.fixture
def fake() -> FakeBrain:
    return FakeBrain()


@pytest.fixture
async def url(fake: FakeBrain) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", fake.take)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


@pytest.fixture
async def http_brain(url: str) -> AsyncIterator[HttpBrain]:
    brain = _brain_at(url)
    yield brain
    await brain.close()


def _brain_at(url: str, **settings: object) -> HttpBrain:
    return HttpBrain(SETTINGS.model_copy(update={"brain_url": url, **settings}))


def _message(text: str = "hello", choice: str | None = None) -> Message:
    return Message(id=uuid4(), conversation_id=uuid4(), text=text, choice=choice)


@pytest.mark.parametrize(
    "text",
    ["hello", "/restart", '/handoff{"role":"doctor"}', " /back", "\u00a0/session_start", "{slot} {{7*7}} %s"],
)
async def test_words_are_sent_as_text_and_never_as_anything_else(
    http_brain: HttpBrain, fake: FakeBrain, text: str
) -> None:
    message = _message(text)
    await http_brain.turn(message)
    (request,) = fake.requests
    assert request.path == "/webhooks/askwell/turn"
    assert request.headers["authorization"] == "Bearer of the brain"
    assert json.loads(fake.bodies[0]) == {
        "conversation": str(message.conversation_id),
        "message": str(message.id),
        "text": text,
    }


@pytest.mark.parametrize(
    ("choice", "intent"),
    [
        ("answer:risks/infection", {"intent": "choose_answer", "answer": "risks/infection"}),
        ("handoff:accept", {"intent": "accept_handoff"}),
        ("handoff:decline", {"intent": "decline_handoff"}),
        ("none_of_these", {"intent": "none_of_these"}),
        ("prep:start", {"intent": "start_prep"}),
    ],
)
async def test_a_button_is_sent_as_its_intent(
    http_brain: HttpBrain, fake: FakeBrain, choice: str, intent: dict[str, str]
) -> None:
    await http_brain.turn(_message("", choice))
    body = json.loads(fake.bodies[0])
    assert (body["choice"], "text" in body) == (intent, False)


async def test_replies_carry_the_model_that_made_them(http_brain: HttpBrain) -> None:
    (reply,) = await http_brain.turn(_message())
    assert (reply.kind, reply.text, reply.model) == (Kind.ANSWER, "Here is what is known.", "m1")


@pytest.mark.parametrize(
    "response",
    [
        {"text": '{"replies": [], "model": "m1"}'},
        {"text": "[]"},
        {"text": '{"model": "m1"}'},
        {"text": '{"replies": [{"kind": "diagnosis", "text": "You have"}]}'},
        {"text": '{"replies": [{"text": "no kind"}]}'},
        {"text": '{"replies": "text"}'},
        {"text": "null"},
        {"body": b"\xff not JSON"},
        {"body": b""},
        {"text": "<p>a proxy</p>", "content_type": "text/html"},
        {"status": 302, "headers": {"location": "/webhooks/askwell/ready"}},
        {"status": 401},
        {"status": 404},
        {"status": 422},
        {"status": 500, "text": '{"error": "a defect"}'},
        {"status": 503},
    ],
)
async def test_everything_that_is_no_reply_is_one_failure(
    http_brain: HttpBrain, fake: FakeBrain, response: dict[str, object]
) -> None:
    fake.answer = _says(**response)
    with pytest.raises(BrainUnavailableError):
        await http_brain.turn(_message())
    assert len(fake.requests) == 1


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (_breaks_off, "ServerDisconnectedError"),
        (_talks_nonsense, "ClientResponseError"),
        (_stays_silent, "TimeoutError"),
        (_says(status=500, text="my secret"), "status 500"),
    ],
)
async def test_a_brain_that_fails_is_a_failure_that_quotes_no_words(
    url: str, fake: FakeBrain, answer: Handler, cause: str
) -> None:
    fake.answer = answer
    brain = _brain_at(url, brain_timeout=0.2)
    with pytest.raises(BrainUnavailableError) as caught:
        await brain.turn(_message("my secret"))
    assert str(caught.value) == cause
    assert not await brain.is_ready()
    await brain.close()


async def test_a_brain_that_is_not_there_is_a_failure() -> None:
    brain = _brain_at(f"http://127.0.0.1:{unused_port()}")
    with pytest.raises(BrainUnavailableError, match=r"^ClientConnectorError$"):
        await brain.turn(_message())
    assert not await brain.is_ready()
    await brain.close()


@pytest.mark.parametrize(("status", "ready"), [(200, True), (503, False), (401, False), (404, False)])
async def test_it_is_ready_only_when_it_says_so(
    http_brain: HttpBrain, fake: FakeBrain, *, status: int, ready: bool
) -> None:
    fake.answer = _says(status=status)
    assert await http_brain.is_ready() is ready
    assert fake.requests[0].path == "/webhooks/askwell/ready"


async def test_turns_share_one_connection_that_outlasts_a_patients_thinking(
    http_brain: HttpBrain, fake: FakeBrain, monkeypatch: pytest.MonkeyPatch
) -> None:
    await http_brain.turn(_message())
    later = time.monotonic() + KEEP_ALIVE_S - 10
    monkeypatch.setattr("aiohttp.connector.monotonic", lambda: later)
    await http_brain.turn(_message())
    first, second = fake.requests
    assert first.transport is second.transport is not None


async def test_the_brain_is_told_that_an_emergency_came_between(http_brain: HttpBrain, fake: FakeBrain) -> None:
    await http_brain.turn(_message())
    await http_brain.turn(_message(), after_emergency=True)
    assert [json.loads(body).get("after_emergency") for body in fake.bodies] == [None, True]
