"""Commands that need no running assistant."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.app import app
from bot.errors import AnswerNotFoundError, DatabaseNotPreparedError, DatabaseUnreachableError
from bot.settings import ROOT

type Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command over a data folder of this test's own."""
    monkeypatch.setenv("ASKWELL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ASKWELL_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setattr("bot.cli.terminal.console.width", 200)
    return lambda *arguments: CliRunner().invoke(app, arguments)


def test_answers_are_loaded_listed_and_shown(run: Run) -> None:
    assert " new, 0 changed, 0 unchanged" in run("answers", "load").output
    assert "0 new, 0 changed" in run("answers", "load").output
    assert "risks/immune_reaction" in run("answers", "list").output
    shown = run("answers", "show", "risks/immune_reaction").output
    assert "Can exosomes cause an immune reaction?" in shown
    assert "revision 1: published" in shown


def test_in_production_nothing_is_listed_that_nobody_approved(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("answers", "load")
    monkeypatch.setenv("ASKWELL_MODE", "production")
    assert "risks/immune_reaction" not in run("answers", "list").output


def test_an_answer_that_does_not_exist_is_an_error_of_ours(run: Run) -> None:
    run("answers", "load")
    result = run("answers", "show", "risks/nothing")
    assert isinstance(result.exception, AnswerNotFoundError)
    assert "risks/nothing" in str(result.exception)


@pytest.mark.parametrize("command", [("answers", "list"), ("answers", "show", "risks/infection"), ("handoffs", "list")])
@pytest.mark.parametrize("folder", ["", "missing"])
def test_a_database_without_tables_is_said_to_want_preparing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], folder: str
) -> None:
    (tmp_path / "askwell.db").touch()
    monkeypatch.setenv("ASKWELL_DATA_DIR", str(tmp_path / folder))
    error = run(*command).exception
    assert isinstance(error, DatabaseNotPreparedError)
    assert "./askwell prepare" in str(error)


def test_a_server_that_is_not_there_is_said_to_be_out_of_reach(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKWELL_DATABASE_URL", "postgresql://127.0.0.1:1/askwell")
    error = run("handoffs", "list").exception
    assert isinstance(error, DatabaseUnreachableError)


def test_an_error_of_ours_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    command = [str(ROOT / "askwell"), "answers", "list"]
    ended = subprocess.run(
        command, env={**os.environ, "ASKWELL_DATA_DIR": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.count("\n") <= 2  # a narrow terminal breaks the line
    assert ended.stderr.startswith("askwell: The database")


def test_the_doctor_says_what_is_wrong_and_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKWELL_PORT", "1")
    result = run("doctor")
    assert result.exit_code == 1
    for line in ("database: ", "model: There is no trained model yet", "web: does not answer", "a whole turn: failed"):
        assert line in result.output
