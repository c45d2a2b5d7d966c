"""What a client is told when we fail: honestly, with somebody to call, and without a word of the patient's."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any, NoReturn
from uuid import uuid4

import pytest
from sqlalchemy import event
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from structlog.testing import capture_logs

from bot.settings import Settings
from bot.store.database import Database
from bot.web.headers import safe_headers
from bot.web.services import Services
from tests.support.patients import Patient

FAILURES = [
    OperationalError("INSERT my secret words", {}, Exception("database is locked")),
    InterfaceError("SELECT my secret words", {}, Exception("connection is closed")),
    PoolTimeoutError("no connection was free"),
]


def _break(database: Database, failure: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on nothing can be read or written."""

    def fail(*_: object) -> NoReturn:
        raise failure

    for way in ("writing", "reading", "write", "read"):
        monkeypatch.setattr(database, way, fail)


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
async def test_a_database_that_fails_is_an_honest_503(
    patient: Patient, services: Services, settings: Settings, monkeypatch: pytest.MonkeyPatch, *, failure: Exception
) -> None:
    _break(services.database, failure, monkeypatch)
    with capture_logs() as logged:
        response = await patient.say("my secret words")
    body = response.json()
    assert (response.status_code, body["title"]) == (503, "Service Unavailable")
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["Retry-After"] == "5"
    assert (body["phone"], body["emergency_number"]) == (settings.clinic_phone, settings.emergency_number)
    assert f"call {settings.clinic_phone}" in body["detail"]
    assert f"In an emergency, call {settings.emergency_number}." in body["detail"]
    assert "secret" not in f"{response.text} {logged}"
    assert [line["event"] for line in logged] == ["database_unavailable"]


@pytest.mark.only_on("sqlite")
async def test_a_message_that_met_a_locked_database_is_taken_at_the_next_try(
    patient: Patient, services: Services, tmp_path: Path
) -> None:
    event.listen(services.database.engine.sync_engine, "checkout", _wait_briefly)
    message_id = uuid4()
    with contextlib.closing(sqlite3.connect(tmp_path / "askwell.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert (await patient.say("hello", message_id=message_id)).status_code == 503
        other.execute("ROLLBACK")
    answered = await patient.say("hello", message_id=message_id)
    assert answered.json()["replies"][0]["text"] == "You said: hello"


def _wait_briefly(connection: Any, *_: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=50")
    cursor.close()


async def test_a_defect_names_somebody_to_call(
    patient: Patient, services: Services, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    _break(services.database, RuntimeError("a defect"), monkeypatch)
    response = await patient.say("hello")
    assert response.status_code == 500
    assert settings.clinic_phone in response.json()["detail"]


@pytest.mark.parametrize(("failure", "status"), [(FAILURES[0], 503), (RuntimeError("a defect"), 500)])
async def test_a_failure_carries_the_headers_of_every_response(
    patient: Patient, services: Services, monkeypatch: pytest.MonkeyPatch, *, failure: Exception, status: int
) -> None:
    _break(services.database, failure, monkeypatch)
    response = await patient.http.get(patient.path, headers=patient.headers)
    wanted = {name.lower(): value for name, value in safe_headers(patient.path).items()}
    assert response.status_code == status
    assert wanted["cache-control"] == "no-store"
    assert {name: response.headers.get(name) for name in wanted} == wanted


EMERGENCY = "I can't breathe and my throat is swelling"


async def test_an_over_long_emergency_is_told_whom_to_call(patient: Patient) -> None:
    padding = "I will tell you all of it from the beginning. " * 100
    for words in (EMERGENCY + padding, padding + EMERGENCY):
        refused = await patient.say(words)
        assert refused.status_code == 413
        assert "Call 911 now" in refused.json()["emergency"]["text"]
    opening = await patient.http.post("/api/v1/conversations", json={"text": padding + EMERGENCY})
    assert (opening.status_code, "emergency" in opening.json()) == (422, True)
    assert await patient.read() == []


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
async def test_an_emergency_that_nobody_could_write_down_is_told_whom_to_call(
    patient: Patient, services: Services, monkeypatch: pytest.MonkeyPatch, *, failure: Exception
) -> None:
    _break(services.database, failure, monkeypatch)
    refused = await patient.say(EMERGENCY)
    assert refused.status_code == 503
    assert "may not have reached the team" in refused.json()["emergency"]["text"]


async def test_a_refusal_of_harmless_words_warns_of_nothing(patient: Patient) -> None:
    assert "emergency" not in (await patient.say("What are exosomes? " * 200)).json()


async def test_a_patient_whose_token_died_is_told_whom_to_call(patient: Patient) -> None:
    refused = await Patient(patient.http, patient.conversation, "guessed").say(EMERGENCY)
    assert (refused.status_code, "emergency" in refused.json()) == (401, True)
