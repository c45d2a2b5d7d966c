"""Requests that nobody would write, made from the API's own description: none gets a server error."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.schemas import APIOperation, BaseSchema

from tests.support.processes import ProcessUnderTest, brain_process, web_process

CASES_OF_EACH = 60
ENDLESS = "/api/v1/conversations/{conversation_id}/events"


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[ProcessUnderTest]:
    folder = tmp_path_factory.mktemp("fuzzed")
    brain, _ = brain_process()
    variables = {
        "ASKWELL_DATABASE_URL": f"sqlite:///{shutil.copy(migrated_sqlite, folder / 'askwell.db')}",
        "ASKWELL_BRAIN_URL": brain.address,
        "ASKWELL_BRAIN_SECRET": "a secret of the tests",
    }
    web = web_process(variables, folder / "log")
    for process in (brain, web):
        process.start()
    yield web
    for process in (brain, web):
        process.kill()


@pytest.fixture(scope="module")
def opened(web: ProcessUnderTest) -> dict[str, str]:
    """A conversation, so that requests come further than its door."""
    return dict(httpx.post(f"{web.address}/api/v1/conversations", trust_env=False).json())


@pytest.fixture(scope="module")
def description(web: ProcessUnderTest) -> BaseSchema:
    return schemathesis.openapi.from_url(f"{web.address}/api/v1/openapi.json").exclude(path=ENDLESS)


def test_no_request_is_answered_with_a_server_error(description: BaseSchema, opened: dict[str, str]) -> None:
    operations = [result.ok() for result in description.get_all_operations()]
    assert len(operations) >= 6
    for operation in operations:
        _fuzz(operation, opened)


def _fuzz(operation: APIOperation, opened: dict[str, str]) -> None:
    @given(case=operation.as_strategy())
    @settings(
        max_examples=CASES_OF_EACH,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def send(case: schemathesis.Case) -> None:
        if "conversation_id" in case.path_parameters:
            case.path_parameters["conversation_id"] = opened["id"]
        response = case.call(headers={"Authorization": f"Bearer {opened['token']}"}, timeout=15)
        assert response.status_code < 500

    send()
