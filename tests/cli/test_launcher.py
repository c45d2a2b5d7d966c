"""./askwell, from a shell."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.settings import ROOT

LAUNCHER = ROOT / "askwell"


def _run(
    arguments: Sequence[str], *, launcher: Path = LAUNCHER, folder: Path = ROOT, **variables: str
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "200", **variables}
    return subprocess.run(
        [str(launcher), *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_it_runs_from_any_folder_and_lists_its_commands(tmp_path: Path) -> None:
    result = _run(["--help"], folder=tmp_path)
    assert result.returncode == 0
    for command in ("up", "train", "ask", "answers", "doctor", "replay"):
        assert command in result.stdout


def test_a_usage_names_what_was_run() -> None:
    result = _run(["handoffs", "claim"])
    assert result.returncode == 2
    assert "./askwell handoffs claim" in result.stderr
    assert "python -m" not in result.stderr


def test_nothing_asked_is_a_wrong_usage() -> None:
    result = _run(["ask", " "])
    assert result.returncode == 2
    assert "type a question" in result.stderr


def test_help_waits_for_no_library_that_only_a_command_needs() -> None:
    program = "import sys, bot.cli.app; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert set(loaded.split()).isdisjoint({"sqlalchemy", "pydantic", "httpx", "spacy", "rasa_sdk", "rich.markdown"})


def test_without_environments_it_says_what_to_run(tmp_path: Path) -> None:
    result = _run(["up"], launcher=Path(shutil.copy(LAUNCHER, tmp_path)), folder=tmp_path)
    assert (result.returncode, result.stderr) == (1, "askwell: nothing is set up yet. Run: make setup\n")


@pytest.mark.parametrize("command", [["up"], ["answers", "list"]])
def test_a_broken_setting_is_one_line(command: list[str]) -> None:
    result = _run(command, ASKWELL_PORT="eight thousand")
    assert result.returncode == 1
    assert result.stderr.startswith("askwell: ASKWELL_PORT cannot be used: ")
    assert len(result.stderr.splitlines()) == 1


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = str(busy.getsockname()[1])
        result = _run(["up"], ASKWELL_PORT=port, ASKWELL_DATA_DIR=str(tmp_path))
    assert result.returncode == 1
    assert result.stderr == f"askwell: Port {port} is in use. Stop what uses it, or choose another with ASKWELL_PORT.\n"


@pytest.mark.parametrize("command", [["ask", "hello"], ["replay", "questions.jsonl"]])
def test_without_a_running_assistant_it_says_how_to_start_one(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "questions.jsonl").write_text('{"id": "1", "text": "hello"}\n')
    result = _run(command, folder=tmp_path, ASKWELL_PORT="1")
    assert result.returncode == 1
    assert result.stderr.strip() == "askwell: Askwell is not running here. Start it with: make run"
