"""A patient's rights as a client meets them."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import httpx
import pytest
from sqlalchemy import select

from bot.conversations.plain_words import PlainWords
from bot.privacy.models import Look
from bot.web.patient_api import stream_events
from bot.web.services import Services
from bot.web.views import MessageViews
from tests.support.patients import Patient, open_conversation
from tests.support.scripted_brain import ScriptedBrain


def path_of(patient: Patient, *rest: str) -> str:
    return "/".join((f"/api/v1/conversations/{patient.conversation}", *rest))


async def export_of(patient: Patient, **query: str) -> httpx.Response:
    return await patient.http.get(path_of(patient, "export"), params=query, headers=patient.headers)


async def delete(patient: Patient) -> httpx.Response:
    return await patient.http.delete(path_of(patient), headers=patient.headers)


async def code_of(patient: Patient) -> str:
    response = await patient.http.post(path_of(patient, "code"), headers=patient.headers)
    return str(response.raise_for_status().json()["code"])


async def test_a_code_opens_the_conversation_and_the_old_token_dies(patient: Patient) -> None:
    await patient.say("hello")
    response = await patient.http.post("/api/v1/access", json={"code": await code_of(patient)})
    opened = response.raise_for_status().json()
    again = Patient(patient.http, patient.conversation, opened["token"])
    assert opened["id"] == str(patient.conversation)
    assert [message["text"] for message in await again.read()] == ["hello", "You said: hello"]
    assert (await patient.http.get(patient.path, headers=patient.headers)).status_code == 401


async def test_a_wrong_code_is_a_problem_that_does_not_repeat_it(http: httpx.AsyncClient) -> None:
    response = await http.post("/api/v1/access", json={"code": "SECRET-GUESS"})
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    assert "GUESS" not in response.text


@pytest.mark.parametrize("body", [{}, {"code": ""}, {"code": 7}, {"code": "A" * 101}, {"code": None}, []])
async def test_what_is_no_code_is_named(http: httpx.AsyncClient, body: object) -> None:
    response = await http.post("/api/v1/access", json=body)
    assert response.status_code == 422
    assert "A" * 101 not in response.text


async def test_each_export_is_on_record_as_the_patients_own(patient: Patient, services: Services) -> None:
    for form in ("json", "fhir"):
        (await export_of(patient, format=form)).raise_for_status()
    async with services.database.reading() as session:
        looks = (await session.scalars(select(Look).order_by(Look.at))).all()
    assert [(look.actor, look.kind, look.of) for look in looks] == [
        ("patient", "export", "json"),
        ("patient", "export", "fhir"),
    ]
    assert len((await export_of(patient)).json()["look"]) == 2


async def test_the_export_holds_everything(patient: Patient, services: Services) -> None:
    await patient.say("What are the risks?")
    await services.sheets.add_words(patient.conversation, "reason", "my knee")
    response = await export_of(patient)
    held = response.json()
    assert held["messages"][0]["text"] == "What are the risks?"
    assert held["prep_words"][0]["text"] == "my knee"
    assert held["conversation"][0]["id"] == str(patient.conversation)
    assert "token_hash" not in response.text
    assert response.headers["content-disposition"] == 'attachment; filename="record.json"'
    assert response.headers["content-type"] == "application/json"


async def test_the_export_holds_handoffs_with_what_happened_to_them(
    patient: Patient, services: Services, brain: ScriptedBrain
) -> None:
    brain.will_fail(2)
    await patient.say("hello")
    (handoff,) = (await export_of(patient)).json()["handoffs"]
    assert handoff["reason"] == "brain_unavailable"
    assert [event["new_state"] for event in handoff["events"]] == ["waiting"]
    assert handoff["attachments"] == []


async def test_the_export_is_a_bundle_on_request(patient: Patient) -> None:
    await patient.say("hello")
    response = await export_of(patient, format="fhir")
    assert response.headers["content-type"] == "application/fhir+json"
    assert response.headers["content-disposition"] == 'attachment; filename="record.fhir.json"'
    assert response.json()["resourceType"] == "Bundle"
    assert (await export_of(patient, format="xml")).status_code == 422


async def test_a_deleted_conversation_is_gone_for_everyone(patient: Patient) -> None:
    await patient.say("hello")
    code = await code_of(patient)
    receipt = (await delete(patient)).raise_for_status().json()["receipt"]
    assert (receipt["messages"], receipt["handoffs"], receipt["records"]["private_code"]) == (2, 0, 1)
    assert len(receipt["sha256"]) == 64
    assert str(patient.conversation) not in str(receipt)
    assert (await delete(patient)).status_code == 401
    assert (await patient.say("again")).status_code == 401
    assert (await export_of(patient)).status_code == 401
    assert (await patient.http.post("/api/v1/access", json={"code": code})).status_code == 404


@pytest.mark.parametrize(
    ("method", "rest"), [("POST", ["code"]), ("GET", ["export"]), ("DELETE", [])], ids=["code", "export", "delete"]
)
async def test_only_ones_own(patient: Patient, method: str, rest: list[str]) -> None:
    other = await open_conversation(patient.http)
    for headers in ({}, other.headers, {"Authorization": "Bearer guess"}):
        response = await patient.http.request(method, path_of(patient, *rest), headers=headers)
        assert response.status_code == 401
        assert response.headers["content-type"] == "application/problem+json"
    assert await patient.read() == []


async def test_open_streams_hear_of_the_deletion_and_end(patient: Patient, services: Services) -> None:
    plain = PlainWords(services.catalogue, services.phrases)
    views = MessageViews(services.catalogue, services.handoffs, plain, services.times)
    response = await stream_events(patient.conversation, services, views, 0, token=patient.token)
    stream = cast("Any", response.body_iterator)
    assert await anext(stream) == ": open\n\n"
    waiting = asyncio.create_task(anext(stream))
    await asyncio.sleep(0)
    await delete(patient)
    assert await asyncio.wait_for(waiting, 4) == "event: deleted\ndata: {}\n\n"
    with pytest.raises(StopAsyncIteration):
        await anext(stream)


async def test_a_handoff_that_a_person_works_on_goes_too(
    patient: Patient, services: Services, brain: ScriptedBrain
) -> None:
    brain.will_fail(2)
    await patient.say("hello")
    receipt = (await delete(patient)).json()["receipt"]
    assert receipt["handoffs"] == 1
    assert await services.handoffs.of_conversation(patient.conversation) == []
