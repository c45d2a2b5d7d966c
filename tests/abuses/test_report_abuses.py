"""SAFETY.md's abuses as far as they concern the form of a report. The numbers are those of its list."""

from __future__ import annotations

import asyncio
import gzip
import json
from uuid import uuid4

import httpx
import pytest

from bot.reports.reports import MOST_REPORTS
from bot.settings import Settings
from tests.support.patients import Patient


async def _post(patient: Patient, body: bytes, **headers: str) -> httpx.Response:
    sent = {"Content-Type": "application/json"} | patient.headers | headers
    path = f"/api/v1/conversations/{patient.conversation}/reports"
    return await patient.http.post(path, content=body, headers=sent)


async def _report(patient: Patient, *, report_id: str = "", **fields: str) -> httpx.Response:
    body = {"id": report_id or str(uuid4()), "fields": {"what_happened": "It swelled."} | fields}
    return await _post(patient, json.dumps(body).encode())


@pytest.mark.parametrize("field", ["what_happened", "now_words", "lot_number", "now", "material"])
async def test_9_more_than_two_thousand_characters_are_refused_and_their_field_named(
    patient: Patient, field: str
) -> None:
    response = await _report(patient, **{field: "x" * 2_001})
    assert response.status_code == 413
    assert response.json()["errors"][0]["field"] == field
    assert await patient.read() == []


async def test_10_a_compressed_body_is_refused_before_it_is_unpacked(patient: Patient) -> None:
    bomb = gzip.compress(b" " * 10_000_000)
    assert (await _post(patient, bomb, **{"Content-Encoding": "gzip"})).status_code == 415


async def test_10_a_large_body_is_refused(patient: Patient) -> None:
    assert (await _report(patient, maker="x" * 100_000)).status_code == 413


@pytest.mark.parametrize(
    "text", ["i cаn't brеathe", "I can\u200b't bre\u200bathe", "ｉ ｃａｎ'ｔ ｂｒｅａｔｈｅ", "\u202eI can't breathe"]
)
async def test_12_an_emergency_in_disguise_is_recognised_in_any_field(patient: Patient, text: str) -> None:
    assert (await _report(patient, product_name=text)).json()["emergency"]


@pytest.mark.parametrize("text", ["{slot}", "{{7*7}}", "%s %(name)s", "${clinic_phone} $clinic_phone", "<b>{0}</b>"])
async def test_15_a_template_in_a_field_is_literal(patient: Patient, text: str) -> None:
    report = (await _report(patient, maker=text)).json()
    assert report["fields"]["maker"] == text
    assert f"Who made it? {text}" in str((await patient.read())[0]["text"])


async def test_17_a_line_break_in_a_name_makes_no_header_and_no_line_of_its_own(patient: Patient) -> None:
    report = (await _report(patient, product_name="A\r\nSet-Cookie: a=b")).json()
    path = f"/api/v1/conversations/{patient.conversation}/reports/{report['reference']}/copy"
    copy = await patient.http.get(path, headers=patient.headers)
    assert "set-cookie" not in copy.headers
    assert "A Set-Cookie: a=b" in copy.text


async def test_18_a_double_click_is_one_report(patient: Patient) -> None:
    report_id = str(uuid4())
    responses = await asyncio.gather(*(_report(patient, report_id=report_id) for _ in range(5)))
    assert sorted(response.status_code for response in responses) == [200, 200, 200, 200, 201]
    assert len({response.text for response in responses}) == 1
    assert (await _report(patient, report_id=report_id, maker="Acme")).status_code == 409


async def test_19_reports_and_messages_at_once_are_in_order_and_none_is_lost(patient: Patient) -> None:
    reports = [_report(patient, lot_number=f"{number}") for number in range(MOST_REPORTS)]
    responses = await asyncio.gather(*reports, *(patient.say(f"{number}") for number in range(15)))
    assert {response.status_code for response in responses} == {200, 201}
    history = await patient.read()
    assert [message["seq"] for message in history] == list(range(1, 41))
    assert len({message["in_reply_to"] for message in history if message["author"] == "bot"}) == 20


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
async def test_23_what_a_foreign_page_can_post_without_asking_is_refused(patient: Patient, content_type: str) -> None:
    body = json.dumps({"id": str(uuid4()), "fields": {"what_happened": "x"}}).encode()
    assert (await _post(patient, body, **{"Content-Type": content_type})).status_code == 415


async def test_23_a_foreign_origin_gets_no_leave_to_read(patient: Patient) -> None:
    response = await patient.http.options(
        f"/api/v1/conversations/{patient.conversation}/reports",
        headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
    )
    assert response.status_code == 403
    assert not [name for name in response.headers if name.startswith("access-control-")]


async def test_21_a_flood_of_reports_is_capped_and_nobody_is_left_without_a_number(
    patient: Patient, settings: Settings
) -> None:
    first = str(uuid4())
    statuses = [(await _report(patient, report_id=first)).status_code]
    statuses += [response.status_code for response in await asyncio.gather(*(_report(patient) for _ in range(6)))]
    assert sorted(statuses) == [201] * 5 + [429] * 2
    refused = await _report(patient)
    assert refused.status_code == 429
    assert 3_500 <= int(refused.headers["retry-after"]) <= 3_601
    assert settings.clinic_phone in refused.json()["detail"]
    assert f"call {settings.emergency_number}" in refused.json()["detail"]
    assert (await _report(patient, report_id=first)).status_code == 200
    assert (await _report(patient, now_words="I can't breathe")).status_code == 201
