"""The call of an action over real HTTP: slim, on one connection, with the secret, never for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.brain import environment
from bot.brain.action_endpoint import FAILURES, ActionEndpoint, slim_call
from bot.brain.errors import NoActionEndpointError

CALL = {
    "next_action": "action_answer",
    "sender_id": "c",
    "version": "3.6.21",
    "tracker": {
        "sender_id": "c",
        "slots": {"subject": None},
        "latest_message": {"text": "hello"},
        "active_loop": {},
        "events": [{"event": "user"}] * 500,
    },
    "domain": {"intents": ["risks"] * 500},
}


class ActionServer:
    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.headers: list[str | None] = []
        self.connections: set[int] = set()
        self.status = 200
        self.delay = 0.0
        self.address = ""

    async def handle(self, request: web.Request) -> web.Response:
        self.calls.append(await request.json())
        self.headers.append(request.headers.get("Authorization"))
        assert request.transport is not None
        self.connections.add(request.transport.get_extra_info("peername")[1])
        await asyncio.sleep(self.delay)
        result = {
            "events": [{"event": "slot", "name": "subject", "value": "risks/allergy"}],
            "responses": [{"custom": {"kind": "answer", "text": "words"}}],
        }
        return web.json_response(result if self.status == 200 else {"error": "no"}, status=self.status)


@pytest.fixture
async def server() -> AsyncIterator[ActionServer]:
    made = ActionServer()
    app = web.Application()
    app.router.add_post("/internal/actions/webhook", made.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.address = f"http://127.0.0.1:{runner.addresses[0][1]}/internal/actions/webhook"
    yield made
    await runner.cleanup()


@pytest.fixture
async def endpoint(server: ActionServer) -> AsyncIterator[ActionEndpoint]:
    plain = EndpointConfig(server.address, headers={"Authorization": "Bearer s"})
    made = ActionEndpoint.like(plain, timeout=0.5)
    yield made
    await made.close()


def test_without_an_address_nothing_is_served() -> None:
    with pytest.raises(NoActionEndpointError, match=r"endpoints\.yml"):
        ActionEndpoint.like(None)


def test_a_call_holds_neither_events_nor_domain() -> None:
    slim = slim_call(CALL)
    assert slim["tracker"]["events"] == []
    assert slim["domain"] == {}
    assert slim["tracker"]["latest_message"] == {"text": "hello"}
    assert set(slim) == {"next_action", "sender_id", "version", "tracker", "domain"}


async def test_many_calls_share_one_connection_and_carry_the_secret(
    server: ActionServer, endpoint: ActionEndpoint
) -> None:
    for _ in range(5):
        await endpoint.request(json=CALL, timeout=300, compress=True)
    assert len(server.connections) == 1
    assert set(server.headers) == {"Bearer s"}


async def test_an_error_is_raised_as_rasa_expects_it(server: ActionServer, endpoint: ActionEndpoint) -> None:
    server.status = 500
    failures: list[str] = []
    FAILURES.set(failures)
    with pytest.raises(ClientResponseError):
        await endpoint.request(json=CALL)
    assert failures == ["ClientResponseError"]


async def test_a_silent_action_server_is_given_up(server: ActionServer, endpoint: ActionEndpoint) -> None:
    server.delay = 5
    with pytest.raises(asyncio.TimeoutError):
        await endpoint.request(json=CALL)


async def test_a_closed_session_is_opened_again(server: ActionServer, endpoint: ActionEndpoint) -> None:
    await endpoint.request(json=CALL)
    await endpoint.close()
    assert await endpoint.request(json=CALL) is not None
    assert isinstance(endpoint.session(), aiohttp.ClientSession)


async def test_rasa_runs_an_action_through_it(server: ActionServer, endpoint: ActionEndpoint) -> None:
    domain = Domain.from_path(str(environment.ROOT / "domain.yml"))
    tracker = DialogueStateTracker.from_events("c", [UserUttered("hello", {"name": "greet"})], domain.slots)
    action = RemoteAction("action_answer", endpoint)
    events = await action.run(CollectingOutputChannel(), TemplatedNaturalLanguageGenerator({}), tracker, domain)
    assert SlotSet("subject", "risks/allergy") in events
    assert server.calls[0]["tracker"]["slots"]["failures"] == 0
