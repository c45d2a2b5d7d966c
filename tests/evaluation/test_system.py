from __future__ import annotations

from asyncio.subprocess import Process
from pathlib import Path

import pytest
from rich.console import Console

from bot.errors import NotRunningError
from bot.evaluation import system
from bot.evaluation.system import StartFailedError, SystemEndedError, running_system
from bot.settings import Settings

QUIET = Console(quiet=True)


async def answers(_: str) -> bool:
    return True


async def wait_for_it(_: str, process: Process, *__: object) -> None:
    await process.wait()


async def does_not_answer(_: str) -> bool:
    return False


async def test_what_runs_already_is_evaluated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "_answers", answers)
    async with running_system(Settings(port=4321), QUIET) as address:
        assert address == "http://127.0.0.1:4321"


async def test_why_a_system_did_not_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "_answers", does_not_answer)
    monkeypatch.setattr(system, "free_port", lambda: 0)  # no port to listen on: it gives up at once
    with pytest.raises(StartFailedError, match="ASKWELL_PORT"):
        async with running_system(Settings(), QUIET):
            pytest.fail("it cannot have started")


async def test_why_a_system_ended_too_early_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "_until_it_answers", wait_for_it)
    monkeypatch.setattr(system, "_answers", does_not_answer)
    monkeypatch.setattr(system, "free_port", lambda: 0)
    with pytest.raises(SystemEndedError, match="ASKWELL_PORT"):
        async with running_system(Settings(), QUIET):
            raise NotRunningError


def test_a_system_of_its_own_touches_no_data_of_the_clinic(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ASKWELL_DATABASE_URL", "postgresql://clinic/askwell")
    monkeypatch.setenv("ASKWELL_BRAIN_URL", "http://127.0.0.1:8055")
    variables = system._variables(tmp_path, 4321)
    assert variables["ASKWELL_DATA_DIR"] == str(tmp_path)
    assert (variables["ASKWELL_DATABASE_URL"], variables["ASKWELL_BRAIN_URL"]) == ("", "")
