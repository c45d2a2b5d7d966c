"""The endpoint at which Rasa runs actions is there for the brain alone."""

from __future__ import annotations

from uuid import UUID

import httpx
import pytest

from bot.web.services import Services
from tests.support.factories import a_message, an_action_call, an_answer
from tests.support.fixtures import SECRET

PATH = "/internal/actions/webhook"


async def test_the_brain_has_an_action_run(http: httpx.AsyncClient, services: Services) -> None:
    await services.catalogue.load([an_answer()])
    message = await a_message(services.database)
    call = an_action_call("action_answer", message, decision={"topic": "risks/infection"})
    response = await http.post(PATH, json=call, headers={"Authorization": f"Bearer {SECRET}"})
    assert response.status_code == 200
    (reply,) = response.json()["responses"]
    assert reply["custom"]["revision"] == "risks/infection@1"
    slots = {event["name"]: event["value"] for event in response.json()["events"] if event["event"] == "slot"}
    assert slots["subject"] == "risks/infection"


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer guess", SECRET, f"bearer {SECRET}"])
async def test_for_everyone_else_it_does_not_exist(
    http: httpx.AsyncClient, services: Services, authorization: str | None
) -> None:
    call = an_action_call("action_emergency", await a_message(services.database))
    headers = {} if authorization is None else {"Authorization": authorization}
    response = await http.post(PATH, json=call, headers=headers)
    assert response.status_code == 404
    assert await services.handoffs.of_conversation(UUID(call["sender_id"])) == []


async def test_a_secret_of_odd_letters_is_refused_too(http: httpx.AsyncClient) -> None:
    response = await http.post(PATH, json={}, headers=[(b"authorization", "Bearer ümlaut".encode("latin-1"))])
    assert response.status_code == 404


async def test_an_action_that_nobody_knows_is_a_failure_and_not_silence(
    http: httpx.AsyncClient, services: Services
) -> None:
    call = an_action_call("action_unknown", await a_message(services.database))
    response = await http.post(PATH, json=call, headers={"Authorization": f"Bearer {SECRET}"})
    assert response.status_code >= 400
