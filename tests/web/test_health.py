"""Alive is not the same as ready."""

from __future__ import annotations

import httpx
import pytest
from fastapi import Response
from sqlalchemy.exc import OperationalError

from bot.conversations.brain_failure import FailureFile
from bot.settings import Settings
from bot.web.health import ready
from bot.web.services import Services, make_services
from tests.support.scripted_brain import ScriptedBrain


async def test_web_is_alive_whatever_the_brain_does(http: httpx.AsyncClient, brain: ScriptedBrain) -> None:
    brain.ready = False
    response = await http.get("/healthz")
    assert (response.status_code, response.json()["status"]) == (200, "ok")


@pytest.mark.parametrize(("brain_answers", "status", "says"), [(True, 200, "ok"), (False, 503, "not ready")])
async def test_ready_is_when_the_brain_really_answers(
    http: httpx.AsyncClient, brain: ScriptedBrain, *, brain_answers: bool, status: int, says: str
) -> None:
    brain.ready = brain_answers
    response = await http.get("/readyz")
    assert response.status_code == status
    assert response.json() == {"status": says, "brain": brain_answers, "database": True}


@pytest.mark.parametrize(("brain_answers", "reason"), [(False, "The model does not fit."), (True, None)])
async def test_a_brain_that_cannot_start_says_why(
    http: httpx.AsyncClient, brain: ScriptedBrain, settings: Settings, *, brain_answers: bool, reason: str | None
) -> None:
    brain.ready = brain_answers
    FailureFile(settings.brain_failure_path).write("The model does not fit.")
    assert (await http.get("/readyz")).json().get("reason") == reason


async def test_a_brain_elsewhere_has_no_reason_here(settings: Settings, brain: ScriptedBrain) -> None:
    FailureFile(settings.brain_failure_path).write("The model does not fit.")
    brain.ready = False
    elsewhere = settings.model_copy(update={"brain_url": "http://brain.example"})
    services = make_services(elsewhere, brain=brain)
    try:
        assert (await ready(services, Response())).reason is None
    finally:
        await services.database.close()


async def test_a_database_that_is_gone_is_not_ready(
    http: httpx.AsyncClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(services.database, "_reading", gone)
    response = await http.get("/readyz")
    assert (response.status_code, response.json()["database"]) == (503, False)
