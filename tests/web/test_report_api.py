"""Reports after a treatment as a client meets them."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from bot.settings import Settings
from bot.web.services import Services
from tests.support.patients import Patient, open_conversation
from tests.support.scripted_brain import ScriptedBrain

MARKUP = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) {{7*7}} {slot} %s $clinic_phone"


def _path(patient: Patient, rest: str = "") -> str:
    return f"/api/v1/conversations/{patient.conversation}/reports{rest}"


async def send(patient: Patient, what_happened: object = "My knee got stiff.", **changes: Any) -> httpx.Response:
    """Send a report; `id` may be given, everything else is a field."""
    report_id = changes.pop("id", None) or str(uuid4())
    body = {"id": report_id, "fields": {"what_happened": what_happened} | changes}
    return await post(patient, body)


async def post(patient: Patient, body: object) -> httpx.Response:
    """Send any body; escaped, since a half character cannot be sent otherwise."""
    headers = patient.headers | {"Content-Type": "application/json"}
    return await patient.http.post(_path(patient), content=json.dumps(body), headers=headers)


async def read(patient: Patient, rest: str = "", **params: str) -> httpx.Response:
    return await patient.http.get(_path(patient, rest), headers=patient.headers, params=params)


async def test_the_form_says_what_it_asks_for_and_when_to_call_instead(
    http: httpx.AsyncClient, settings: Settings
) -> None:
    form = (await http.get("/api/v1/report-form")).json()
    first, third = form["fields"][0], form["fields"][2]
    assert (first["name"], first["label"], first["required"]) == ("what_happened", "What happened?", True)
    assert third["options"][0] == {"value": "better", "label": "Better"}
    assert settings.emergency_number in form["signs"]["text"]
    assert "Trouble breathing" in form["signs"]["signs"]
    assert settings.clinic_hours in form["next_steps_html"]
    assert form["regulator"]["name"] == "FDA MedWatch"


async def test_the_form_speaks_spanish(http: httpx.AsyncClient) -> None:
    form = (await http.get("/api/v1/report-form", params={"lang": "es-MX"})).json()
    assert form["fields"][0]["label"] == "¿Qué pasó?"


async def test_a_report_is_created_once(patient: Patient) -> None:
    report_id = str(uuid4())
    created, again = await send(patient, id=report_id, now="worse"), await send(patient, id=report_id, now="worse")
    assert (created.status_code, again.status_code) == (201, 200)
    assert created.json() == again.json()
    report = created.json()
    assert report["state"] == "waiting"
    assert report["emergency"] is None
    assert report["fields"] == {"what_happened": "My knee got stiff.", "now": "worse"}
    assert report["regulator"]["url"].startswith("https://")
    assert report["submitted_at"].endswith("Z")


async def test_the_same_id_with_another_body_is_a_conflict(patient: Patient) -> None:
    report_id = str(uuid4())
    await send(patient, id=report_id)
    response = await send(patient, "Something else.", id=report_id)
    assert response.status_code == 409
    assert response.headers["content-type"] == "application/problem+json"


async def test_an_emergency_comes_first_and_the_report_is_kept(
    patient: Patient, brain: ScriptedBrain, settings: Settings
) -> None:
    brain.will_fail(times=9)
    report = (await send(patient, now_words="I can't breathe")).json()
    assert settings.emergency_number in report["emergency"]["text"]
    assert "<strong>" in report["emergency"]["html"]
    assert [found["reference"] for found in (await read(patient)).json()["reports"]] == [report["reference"]]
    assert [message["kind"] for message in await patient.read()] == [None, "emergency", "handoff"]
    assert brain.heard == []


async def test_the_chat_shows_the_report_in_its_place(patient: Patient, services: Services) -> None:
    await patient.say("hello")
    report = (await send(patient)).json()
    *_, message, reply = await patient.read()
    assert str(message["text"]).startswith("Report after a treatment\n")
    assert reply["handoff"] == {
        "reference": report["reference"],
        "state": "waiting",
        "urgent": True,
        "taken_by": None,
        "reply_expected": services.times.outlook().reply_expected,
    }


async def test_a_report_is_read_by_its_reference(patient: Patient) -> None:
    report = (await send(patient)).json()
    assert (await read(patient, f"/{report['reference']}")).json() == report
    assert (await read(patient, "/AAAA-AAAA")).status_code == 404


async def test_the_copy_is_plain_text_to_keep(patient: Patient, settings: Settings) -> None:
    report = (await send(patient, MARKUP, material="donor")).json()
    copy = await read(patient, f"/{report['reference']}/copy")
    assert copy.headers["content-type"] == "text/plain; charset=utf-8"
    assert copy.headers["content-disposition"] == f'attachment; filename="report-{report["reference"]}.txt"'
    for text in (report["reference"], settings.clinic_name, MARKUP, "A donor’s", "MedWatch"):
        assert text in copy.text


async def test_the_copy_speaks_the_language_of_the_page(patient: Patient) -> None:
    report = (await send(patient)).json()
    assert "¿Qué pasó? My knee" in (await read(patient, f"/{report['reference']}/copy", lang="es")).text


@pytest.mark.parametrize("rest", ["", "/AAAA-AAAA", "/AAAA-AAAA/copy"])
async def test_reports_want_their_own_token(http: httpx.AsyncClient, patient: Patient, rest: str) -> None:
    other = await open_conversation(http)
    for headers in ({}, {"Authorization": "Bearer guess"}, other.headers):
        assert (await http.get(_path(patient, rest), headers=headers)).status_code == 401


async def test_a_report_with_a_foreign_token_is_refused_whatever_it_holds(
    http: httpx.AsyncClient, patient: Patient
) -> None:
    other = await open_conversation(http)
    for body in ({"id": str(uuid4()), "fields": {"what_happened": "x"}}, {}, []):
        for headers in ({}, {"Authorization": "Bearer guess"}, other.headers):
            assert (await http.post(_path(patient), json=body, headers=headers)).status_code == 401
    assert await patient.read() == []


async def test_another_patients_reference_is_not_found(http: httpx.AsyncClient, patient: Patient) -> None:
    report = (await send(patient)).json()
    other = await open_conversation(http)
    assert (await read(other, f"/{report['reference']}")).status_code == 404


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"what_happened": "a" * 2001}, 413, "what_happened"),
        ({"what_happened": "a", "maker": "b" * 2001}, 413, "maker"),
        ({"what_happened": " \n "}, 422, "what_happened"),
        ({"what_happened": "a", "now": "dying"}, 422, "now"),
        ({"what_happened": "a", "diagnosis": "b"}, 422, "fields"),
        ({"what_happened": "a", "\ud800": "b"}, 422, "fields"),
        ({"what_happened": ["a"]}, 422, "fields.what_happened"),
        ({"what_happened": None}, 422, "fields.what_happened"),
        ({}, 422, "what_happened"),
    ],
)
async def test_a_field_that_cannot_be_taken_is_named(
    patient: Patient, changes: dict[str, object], status: int, field: str
) -> None:
    response = await post(patient, {"id": str(uuid4()), "fields": changes})
    assert response.status_code == status
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert await patient.read() == []


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"id": 1}', b'{"id": "x", "fields": []}', b'{"id": NaN}', b""])
async def test_a_body_of_another_shape_is_refused(patient: Patient, body: bytes) -> None:
    headers = patient.headers | {"Content-Type": "application/json"}
    response = await patient.http.post(_path(patient), content=body, headers=headers)
    assert response.status_code == 422


async def test_markup_and_templates_are_kept_as_typed(patient: Patient) -> None:
    report = (await send(patient, MARKUP, maker=MARKUP)).json()
    assert report["fields"] == {"what_happened": MARKUP, "maker": MARKUP}
    assert "onerror" not in (await patient.read())[1]["text"]  # type: ignore[operator]


async def test_what_no_database_holds_is_taken_out(patient: Patient) -> None:
    response = await send(patient, "s\x00wol\ud800len\u202e")
    assert response.json()["fields"] == {"what_happened": "swollen"}
