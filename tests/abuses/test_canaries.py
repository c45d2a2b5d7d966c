"""What patients type is in no log, whatever fails."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.support.patients import Patient, open_conversation
from tests.support.processes import ProcessUnderTest, brain_process, web_process

MESSAGES = 100


@pytest.fixture
def running(tmp_path: Path, migrated_sqlite: Path) -> Iterator[tuple[ProcessUnderTest, ProcessUnderTest]]:
    brain = brain_process()
    variables = {
        "ASKWELL_DATABASE_URL": f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'askwell.db')}",
        "ASKWELL_BRAIN_URL": brain.address,
        "ASKWELL_BRAIN_SECRET": "a secret of the tests",
        "ASKWELL_BRAIN_TIMEOUT": "0.3",
    }
    web = web_process(variables, tmp_path / "log")
    for process in (brain, web):
        process.start()
    yield web, brain
    for process in (brain, web):
        process.kill()


async def test_no_word_of_a_hundred_messages_is_printed(
    running: tuple[ProcessUnderTest, ProcessUnderTest], tmp_path: Path
) -> None:
    web, brain = running
    canaries = [f"canary{uuid4().hex}" for _ in range(MESSAGES)]
    async with httpx.AsyncClient(base_url=web.address, trust_env=False, timeout=30) as http:
        patient = await open_conversation(http)
        await _all(patient, [f"{word}: what are the risks?" for word in canaries[:30]])
        await _all(patient, [f"I can't breathe {word}" for word in canaries[30:40]])
        await _all(patient, [f"slow {word}" for word in canaries[40:45]])
        await _bad_json(patient, canaries[45:60])
        await _reports(patient, canaries[60:70])
        await _while_the_database_is_locked(tmp_path / "askwell.db", patient, canaries[70:75])
        brain.kill()
        await _all(patient, canaries[75:])
    printed = (tmp_path / "log").read_text()
    assert "brain_failed" in printed
    assert "database_unavailable" in printed
    assert [word for word in canaries if word in printed] == []


async def _all(patient: Patient, texts: list[str]) -> None:
    responses = await asyncio.gather(*(patient.say(text) for text in texts))
    assert {response.status_code for response in responses} == {200}


async def _bad_json(patient: Patient, words: list[str]) -> None:
    for word in words:
        assert (await patient.post_raw(f'{{"id": "{word}", "text": {word}'.encode())).status_code == 422
        assert (await patient.post({"id": word, "text": [word]})).status_code == 422
        assert (await patient.say(word * 60)).status_code == 413


async def _reports(patient: Patient, words: list[str]) -> None:
    path = f"/api/v1/conversations/{patient.conversation}/reports"
    for word in words:
        for fields, status in (
            ({"what_happened": f"I can't breathe {word}", "maker": word}, 201),
            ({"what_happened": word * 60}, 413),
            ({word: word}, 422),
        ):
            body = {"id": str(uuid4()), "fields": fields}
            assert (await patient.http.post(path, json=body, headers=patient.headers)).status_code == status


async def _while_the_database_is_locked(file: Path, patient: Patient, words: list[str]) -> None:
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        responses = await asyncio.gather(*(patient.say(word) for word in words))
        other.execute("ROLLBACK")
    assert {response.status_code for response in responses} == {503}
