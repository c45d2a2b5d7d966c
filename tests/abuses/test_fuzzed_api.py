"""Requests that nobody would write, made from the API's own description: none gets a server error."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.schemas import APIOperation, BaseSchema

from tests.support.processes import ProcessUnderTest, running_web

CASES_OF_EACH = 60
ENDLESS = "/api/v1/conversations/{conversation_id}/events"


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[ProcessUnderTest]:
    with running_web(tmp_path_factory.mktemp("fuzzed"), migrated_sqlite) as running:
        yield running


@pytest.fixture(scope="module")
def opened(web: ProcessUnderTest) -> dict[str, str]:
    """A conversation, so that requests come further than its door."""
    return dict(httpx.post(f"{web.address}/api/v1/conversations", trust_env=False).json())


@pytest.fixture(scope="module")
def description(web: ProcessUnderTest) -> BaseSchema:
    return schemathesis.openapi.from_url(f"{web.address}/api/v1/openapi.json").exclude(path=ENDLESS)


def test_no_request_is_answered_with_a_server_error(description: BaseSchema, opened: dict[str, str]) -> None:
    found = [result.ok() for result in description.get_all_operations()]
    operations = sorted(found, key=lambda operation: operation.method == "delete")  # the conversation serves the others
    assert len(operations) >= 10
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
