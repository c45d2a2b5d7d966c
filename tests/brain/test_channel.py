"""The channel over real HTTP on loopback, with a scripted agent behind it."""

from __future__ import annotations

import asyncio
import socket
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage, register
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Sanic

from bot.brain import channel as channel_module
from bot.brain import environment
from bot.brain.action_endpoint import FAILURES
from bot.brain.channel import AskwellInput
from bot.brain.tracker_store import SlimTrackerStore

SECRET = "a-secret-of-enough-letters"
PATIENT = "my lupus is a canary"


class ScriptedAgent(Agent):
    """Answers as it is told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[UserMessage] = []
        self.replies: list[dict[str, Any]] = [{"custom": {"kind": "answer", "text": "words"}}]
        self.error: Exception | None = None
        self.failures: list[str] = []
        self.delay = 0.0
        self.ready = True

    model_name = "fake.tar.gz"

    def is_ready(self) -> bool:
        return self.ready

    async def handle_message(self, message: UserMessage) -> list[dict[str, Any]]:
        self.asked.append(message)
        await asyncio.sleep(self.delay)
        FAILURES.get().extend(self.failures)
        if self.error:
            raise self.error
        message.output_channel.messages.extend(self.replies)
        return self.replies


class Brain:
    def __init__(self, agent: ScriptedAgent, address: str, session: aiohttp.ClientSession) -> None:
        self.agent = agent
        self.address = address
        self.session = session

    async def turn(self, *, secret: str = SECRET, path: str = "turn", **fields: Any) -> tuple[int, Any]:
        body = {"conversation": str(uuid.uuid4()), "message": str(uuid.uuid4()), **fields}
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        async with self.session.post(f"{self.address}/{path}", json=body, headers=headers) as response:
            return response.status, await response.json()

    async def ready(self, secret: str = SECRET) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {secret}"}
        async with self.session.get(f"{self.address}/ready", headers=headers) as response:
            return response.status, await response.json()


@pytest.fixture(scope="module")
async def server(anyio_backend: str) -> AsyncIterator[tuple[Sanic, str]]:
    """One server for all tests: Sanic rewrites its own methods at start, and that works once in a process."""
    app = Sanic("test_channel", configure_logging=False)
    app.config.FALLBACK_ERROR_FORMAT = "json"
    register([AskwellInput(SECRET)], app, route="/webhooks/")
    listener = socket.create_server(("127.0.0.1", 0))
    running = await app.create_server(sock=listener, return_asyncio_server=True)
    await running.startup()
    yield app, f"http://127.0.0.1:{listener.getsockname()[1]}/webhooks/askwell"
    running.close()


@pytest.fixture
async def brain(server: tuple[Sanic, str]) -> AsyncIterator[Brain]:
    app, address = server
    app.ctx.agent, app.ctx.is_warm = ScriptedAgent(), True
    async with aiohttp.ClientSession() as session:
        yield Brain(app.ctx.agent, address, session)


async def test_a_turn_gives_the_actions_replies_and_the_models_name(brain: Brain) -> None:
    status, answer = await brain.turn(text="What are exosomes?")
    assert (status, answer) == (200, {"replies": [{"kind": "answer", "text": "words"}], "model": "fake"})
    assert brain.agent.asked[0].input_channel == "askwell"


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", SECRET[:-1], "ä" * 20])
async def test_without_the_secret_there_is_nothing(brain: Brain, secret: str) -> None:
    status, _ = await brain.turn(text="hello", secret=secret)
    assert status == 401
    assert brain.agent.asked == []


async def test_the_secret_is_checked_before_the_body(brain: Brain) -> None:
    status, _ = await brain.turn(secret="wrong", text=["not", "a", "string"])
    assert status == 401


@pytest.mark.parametrize("path", ["", "../rest/webhook", "../../model/parse", "../../conversations/x/trigger_intent"])
async def test_other_routes_do_not_exist(brain: Brain, path: str) -> None:
    status, _ = await brain.turn(path=path, text="hello")
    assert status == 404


async def test_the_channels_query_changes_nothing(brain: Brain) -> None:
    status, answer = await brain.turn(path="turn?stream=true&token=x", text="hello")
    assert (status, len(answer["replies"])) == (200, 1)


async def test_metadata_sender_and_input_channel_of_the_body_are_not_heeded(brain: Brain) -> None:
    await brain.turn(text="hello", metadata={"role": "staff"}, sender="someone", input_channel="staff")
    asked = brain.agent.asked[0]
    assert (asked.input_channel, "role" in asked.metadata, asked.sender_id == "someone") == ("askwell", False, False)


async def test_a_command_is_plain_text(brain: Brain) -> None:
    await brain.turn(text="\u00a0/restart")
    assert not brain.agent.asked[0].text.startswith("/")


async def test_a_bad_request_names_its_field(brain: Brain) -> None:
    status, answer = await brain.turn(text=7)
    assert (status, answer["field"]) == (422, "text")


async def test_a_body_that_is_too_long_is_not_read_to_its_end(brain: Brain) -> None:
    status, answer = await brain.turn(text="a" * 80_000)
    assert (status, answer["field"]) == (422, "body")


async def test_after_an_emergency_the_form_is_over_before_the_message_is_heard(brain: Brain, tmp_path: Path) -> None:
    domain = Domain.from_path(str(environment.ROOT / "domain.yml"))
    store = SlimTrackerStore(domain, f"sqlite:///{tmp_path / 'brain.db'}")
    conversation, brain.agent.tracker_store = str(uuid.uuid4()), store
    opened = [ActionExecuted("action_start_prep"), SlotSet("prep_part", "reason"), ActionExecuted("action_listen")]
    await store.save(DialogueStateTracker.from_events(conversation, opened, domain.slots))
    _, before = await brain.turn(text="my knee", conversation=conversation)
    assert "choices" not in before["replies"][0]
    _, answer = await brain.turn(text="what are the risks?", conversation=conversation, after_emergency=True)
    kept = await store.retrieve(conversation)
    store.engine.dispose()
    assert kept
    assert kept.get_slot("prep_part") == "paused"
    assert answer["replies"][0]["choices"] == [{"id": "prep:start", "label": ""}]


async def test_no_reply_is_an_error(brain: Brain) -> None:
    brain.agent.replies = []
    status, answer = await brain.turn(text=PATIENT)
    assert status == 500
    assert "canary" not in str(answer)


async def test_a_failure_is_an_error_without_the_patients_words(brain: Brain, caplog: pytest.LogCaptureFixture) -> None:
    brain.agent.error = RuntimeError(PATIENT)
    status, answer = await brain.turn(text=PATIENT)
    assert (status, answer) == (500, {"error": "the turn failed: RuntimeError"})
    assert "canary" not in caplog.text


async def test_half_a_reply_is_an_error_too(brain: Brain) -> None:
    brain.agent.failures = ["ClientResponseError"]
    assert await brain.turn(text="hello") == (500, {"error": "an action failed: ClientResponseError"})
    brain.agent.failures = []
    assert (await brain.turn(text="hello"))[0] == 200


async def test_a_turn_that_takes_too_long_is_an_error(brain: Brain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel_module, "TURN_TIMEOUT_S", 0.05)
    brain.agent.delay = 5
    status, answer = await brain.turn(text="hello")
    assert (status, answer) == (500, {"error": "the turn failed: TimeoutError"})


async def test_before_the_model_is_loaded_it_says_so(brain: Brain) -> None:
    brain.agent.ready = False
    assert (await brain.ready())[0] == 503
    assert (await brain.turn(text="hello"))[0] == 503


async def test_ready_needs_the_secret_and_names_the_model(brain: Brain) -> None:
    assert await brain.ready() == (200, {"model": "fake"})
    assert (await brain.ready("wrong"))[0] == 401


async def test_a_plain_text_of_the_domain_is_small_talk(brain: Brain) -> None:
    brain.agent.replies = [{"text": "Hello."}]
    _, answer = await brain.turn(text="hello")
    assert answer["replies"] == [{"kind": "smalltalk", "text": "Hello."}]


@pytest.mark.parametrize("credentials", [None, {}, {"secret": ""}, {"secret": "${ASKWELL_BRAIN_SECRET}"}])
def test_without_a_secret_there_is_no_channel(credentials: dict[str, str] | None) -> None:
    with pytest.raises(Exception, match="credentials"):
        AskwellInput.from_credentials(credentials)
