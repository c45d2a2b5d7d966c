"""What holds for every response of web."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from bot.conversations import watcher
from bot.conversations.announcer import wait_at_most
from bot.settings import Settings
from bot.store.database import Database
from bot.web.services import Services
from tests.support.factories import a_conversation, a_message, an_incoming
from tests.support.open_paths import OPEN_PATHS
from tests.support.patients import Patient
from tests.support.scripted_brain import ScriptedBrain

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
PATHS = [*OPEN_PATHS, "/api/v1/clinic", "/api/v1/topics", "/nothing"]
PATIENCE = 10.0


@pytest.mark.parametrize("path", PATHS)
async def test_every_response_carries_the_same_safe_headers(http: httpx.AsyncClient, path: str) -> None:
    response = await http.get(path)
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    assert "server" not in response.headers


@pytest.mark.parametrize("path", sorted(set(PATHS) - {"/api/docs"}))
async def test_every_response_but_the_api_pages_has_a_policy(http: httpx.AsyncClient, path: str) -> None:
    policy = (await http.get(path)).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


async def test_only_the_widget_may_be_framed(http: httpx.AsyncClient) -> None:
    policies = {
        path: (await http.get(path)).headers["content-security-policy"] for path in ("/", "/widget", "/healthz")
    }
    framed = [path for path, policy in policies.items() if "frame-ancestors 'none'" not in policy]
    assert framed == ["/widget"]


async def test_the_api_describes_itself(http: httpx.AsyncClient) -> None:
    described = (await http.get("/api/v1/openapi.json")).json()
    assert {path for path in described["paths"] if path.startswith("/api/")} == {
        "/api/v1/clinic",
        "/api/v1/topics",
        "/api/v1/conversations",
        "/api/v1/conversations/{conversation_id}/messages",
        "/api/v1/conversations/{conversation_id}/events",
        "/api/v1/conversations/{conversation_id}/presence",
        "/api/v1/conversations/{conversation_id}/handoffs",
        "/api/v1/conversations/{conversation_id}/handoffs/{reference}",
        "/api/v1/conversations/{conversation_id}/handoffs/{reference}/consent",
        "/api/v1/conversations/{conversation_id}/handoffs/{reference}/decline",
        "/api/v1/conversations/{conversation_id}/code",
        "/api/v1/conversations/{conversation_id}/export",
        "/api/v1/conversations/{conversation_id}",
        "/api/v1/access",
        "/api/v1/conversations/{conversation_id}/messages/{message_id}/feedback",
        "/api/v1/conversations/{conversation_id}/reports",
        "/api/v1/conversations/{conversation_id}/reports/{reference}",
        "/api/v1/conversations/{conversation_id}/reports/{reference}/copy",
        "/api/v1/report-form",
        "/api/v1/conversations/{conversation_id}/sheet",
        "/api/v1/conversations/{conversation_id}/sheet.pdf",
        "/api/v1/conversations/{conversation_id}/sheet/email",
        "/api/v1/conversations/{conversation_id}/sheet/questions",
        "/api/v1/conversations/{conversation_id}/sheet/share",
    }
    assert not any("internal" in path for path in described["paths"])


async def test_what_a_crash_left_is_answered_when_web_starts(
    app: FastAPI, services: Services, brain: ScriptedBrain
) -> None:
    message = await a_message(services.database, "left behind")
    with services.announcer.listening(message.conversation_id) as news:
        async with app.router.lifespan_context(app):
            await news.wait()
            (reply,) = await services.ledger.replies_to(message.id)
    assert reply.text == "You said: left behind"


async def test_what_another_process_writes_wakes_the_streams_of_this_one(
    app: FastAPI, services: Services, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "SECONDS_BETWEEN_LOOKS", 0.02)
    conversation, _ = await services.ledger.open()
    elsewhere = Database(settings.store_url)
    with services.announcer.listening(conversation.id) as news:
        async with app.router.lifespan_context(app):
            await a_message(elsewhere, conversation_id=conversation.id)
            assert await wait_at_most(news, PATIENCE)
    await elsewhere.close()


async def test_a_defect_tells_the_client_nothing_and_the_log_only_its_place(
    patient: Patient, brain: ScriptedBrain, capfd: pytest.CaptureFixture[str]
) -> None:
    brain.will_fail(times=2, cause=RuntimeError("quotes: my secret words"))
    response = await patient.say("my secret words")
    printed = capfd.readouterr()
    assert response.json()["replies"][0]["kind"] == "unavailable"
    assert "quotes" not in response.text
    assert "secret" not in printed.err + printed.out


async def test_after_a_defect_the_same_message_gets_the_same_fallback(patient: Patient, brain: ScriptedBrain) -> None:
    brain.will_fail(cause=RuntimeError("a defect"))
    message_id = "5d3f8f6e-0f0e-4b53-8f0c-0d7f8a2f9a11"
    first, again = [(await patient.say("hello", message_id=message_id)).json()["replies"] for _ in range(2)]
    assert first[0]["kind"] == "unavailable"
    assert again == first
    assert (await patient.say("hello")).json()["replies"][0]["text"] == "You said: hello"


async def test_web_stops_in_the_middle_of_a_message_and_the_next_start_answers_it(
    app: FastAPI, services: Services, brain: ScriptedBrain
) -> None:
    has_it, _ = brain.will_wait()
    conversation = await a_conversation(services.database)
    async with app.router.lifespan_context(app):
        asking = asyncio.create_task(services.turns.take(conversation.id, an_incoming("hello")))
        await has_it.wait()
    await asyncio.wait({asking})
    await services.turns.recover()
    assert [item.status for item in await services.ledger.history(conversation.id)] == ["answered", "sent"]
