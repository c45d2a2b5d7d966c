"""The way to the brain: what is sent, and what counts as no reply."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from types import SimpleNamespace
from uuid import uuid4

import httpx
import pytest

from bot.conversations.brain import KEEP_ALIVE_S, HttpBrain
from bot.conversations.models import Message
from bot.conversations.reply import Kind
from bot.errors import BrainUnavailableError
from bot.settings import Settings
from tests.support.factories import a_reply

SETTINGS = Settings(_env_file=None, brain_url="http://127.0.0.1:8055", brain_secret="of the brain")
type Handler = Callable[[httpx.Request], httpx.Response]


class FakeBrain:
    """Answers each request as the test says, and keeps what it got."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.answer: Handler = lambda _: httpx.Response(200, json={"replies": [a_reply().as_json()], "model": "m1"})

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.answer(request)


@pytest.fixture
def fake() -> FakeBrain:
    return FakeBrain()


@pytest.fixture
async def http_brain(fake: FakeBrain) -> AsyncIterator[HttpBrain]:
    brain = HttpBrain(SETTINGS, transport=httpx.MockTransport(fake))
    yield brain
    await brain.close()


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
    assert request.url.path == "/webhooks/askwell/turn"
    assert request.headers["authorization"] == "Bearer of the brain"
    assert json.loads(request.content) == {
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
    body = json.loads(fake.requests[0].content)
    assert (body["choice"], "text" in body) == (intent, False)


async def test_replies_carry_the_model_that_made_them(http_brain: HttpBrain) -> None:
    (reply,) = await http_brain.turn(_message())
    assert (reply.kind, reply.text, reply.model) == (Kind.ANSWER, "Here is what is known.", "m1")


@pytest.mark.parametrize(
    "response",
    [
        {"status_code": 200, "json": {"replies": [], "model": "m1"}},
        {"status_code": 200, "json": []},
        {"status_code": 200, "json": {"model": "m1"}},
        {"status_code": 200, "json": {"replies": [{"kind": "diagnosis", "text": "You have"}]}},
        {"status_code": 200, "json": {"replies": [{"text": "no kind"}]}},
        {"status_code": 200, "json": {"replies": "text"}},
        {"status_code": 200, "json": None},
        {"status_code": 200, "content": b"\xff not JSON"},
        {"status_code": 200, "content": b""},
        {"status_code": 302, "headers": {"location": "http://elsewhere.example"}},
        {"status_code": 401},
        {"status_code": 404},
        {"status_code": 422},
        {"status_code": 500, "json": {"error": "a defect"}},
        {"status_code": 503},
    ],
)
async def test_everything_that_is_no_reply_is_one_failure(
    http_brain: HttpBrain, fake: FakeBrain, response: dict[str, object]
) -> None:
    fake.answer = lambda _: httpx.Response(**response)
    with pytest.raises(BrainUnavailableError):
        await http_brain.turn(_message())


@pytest.mark.parametrize(
    "cause",
    [httpx.ConnectError, httpx.ReadTimeout, httpx.ReadError, httpx.RemoteProtocolError, httpx.PoolTimeout],
)
async def test_a_brain_that_cannot_be_reached_is_a_failure_that_quotes_no_words(
    http_brain: HttpBrain, fake: FakeBrain, cause: type[httpx.HTTPError]
) -> None:
    def fail(_request: httpx.Request) -> httpx.Response:
        raise cause("it said: my secret")

    fake.answer = fail
    with pytest.raises(BrainUnavailableError) as caught:
        await http_brain.turn(_message("my secret"))
    assert str(caught.value) == cause.__name__
    assert not await http_brain.is_ready()


@pytest.mark.parametrize(("status", "ready"), [(200, True), (503, False), (401, False), (404, False)])
async def test_it_is_ready_only_when_it_says_so(
    http_brain: HttpBrain, fake: FakeBrain, *, status: int, ready: bool
) -> None:
    fake.answer = lambda _: httpx.Response(status)
    assert await http_brain.is_ready() is ready
    assert fake.requests[0].url.path == "/webhooks/askwell/ready"


async def test_turns_share_one_connection_that_outlasts_a_patients_thinking(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[asyncio.StreamWriter] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(writer)
        body = json.dumps({"replies": [a_reply().as_json()]}).encode()
        with suppress(asyncio.IncompleteReadError):  # the client closes the connection
            while head := await reader.readuntil(b"\r\n\r\n"):
                await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        brain = HttpBrain(SETTINGS.model_copy(update={"brain_url": url}))
        await brain.turn(_message())
        later = time.monotonic() + KEEP_ALIVE_S - 10
        with monkeypatch.context() as patched:
            patched.setattr("httpcore._async.http11.time", SimpleNamespace(monotonic=lambda: later))
            await brain.turn(_message())
        await brain.close()
    assert len(opened) == 1


async def test_the_brain_is_told_that_an_emergency_came_between(http_brain: HttpBrain, fake: FakeBrain) -> None:
    await http_brain.turn(_message())
    await http_brain.turn(_message(), after_emergency=True)
    assert [json.loads(request.content).get("after_emergency") for request in fake.requests] == [None, True]
