from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli.app import app
from bot.evaluation import command, replaying
from bot.evaluation.dialogues import Dialogue, Told
from bot.evaluation.record import Record
from bot.replay import Line
from tests.evaluation.made_up import result


class FakeSystem:
    """Answers every message alike."""

    def __init__(self, kind: str | None = "handoff") -> None:
        self.kind = kind
        self.seen: list[str] = []

    async def replay(self, lines: Sequence[Line], **_: object) -> list[dict[str, Any]]:
        self.seen = [line.text for line in lines]
        return [result(text, self.kind) for text in self.seen]

    async def hold(self, dialogues: Sequence[Dialogue], **_: object) -> list[Told]:
        return [Told(one.name, number, turn, None) for one in dialogues for number, turn in enumerate(one.turns, 1)]

    @asynccontextmanager
    async def running(self, *_: object) -> AsyncIterator[str]:
        yield "http://127.0.0.1:1"


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> FakeSystem:
    fake = FakeSystem()
    monkeypatch.setattr(replaying, "replay", fake.replay)
    monkeypatch.setattr(replaying, "hold", fake.hold)
    monkeypatch.setattr(command, "running_system", fake.running)
    return fake


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    folder = tmp_path / "sets"
    folder.mkdir()
    (folder / "personal_medical.jsonl").write_text(json.dumps({"id": "1", "text": "my own knee"}))
    return folder


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["evaluate", *arguments])


def test_a_run_leaves_a_page_and_a_record(system: FakeSystem, sets: Path, tmp_path: Path) -> None:
    outcome = run("--sets", str(sets), "--out", str(tmp_path), "--no-perturbed")
    assert outcome.exit_code == 0, outcome.output
    record = Record.read(tmp_path / "evaluation.json")
    assert record.figure("personal_medical.handed_to_a_person").met
    assert record.messages == len(system.seen)
    assert (tmp_path / "evaluation.html").read_text().startswith("<!doctype html>")


def test_copies_are_replayed_too(system: FakeSystem, sets: Path, tmp_path: Path) -> None:
    run("--sets", str(sets), "--out", str(tmp_path))
    assert "MY OWN KNEE" in system.seen


def test_missed_targets_are_no_failure(system: FakeSystem, sets: Path, tmp_path: Path) -> None:
    system.kind = "declined"
    assert run("--sets", str(sets), "--out", str(tmp_path), "--no-perturbed").exit_code == 0


def test_a_failed_replay_is(system: FakeSystem, sets: Path, tmp_path: Path) -> None:
    system.kind = None
    outcome = run("--sets", str(sets), "--out", str(tmp_path), "--no-perturbed")
    assert outcome.exit_code == 1
    assert "got no reply" in str(outcome.exception)


def test_a_kept_report_is_what_the_next_is_compared_with(system: FakeSystem, sets: Path, tmp_path: Path) -> None:
    arguments = ("--sets", str(sets), "--out", str(tmp_path), "--no-perturbed")
    run(*arguments, "--keep")
    system.kind = "declined"
    run(*arguments)
    page = (tmp_path / "evaluation.html").read_text()
    assert "No longer end well" in page
    assert len(list((tmp_path / "kept").glob("*.json"))) == 1


def test_without_a_folder_the_held_out_sets_are_measured(system: FakeSystem, tmp_path: Path) -> None:
    run("--out", str(tmp_path), "--no-perturbed")
    assert Record.read(tmp_path / "evaluation.json").figure("emergency.possible").total
