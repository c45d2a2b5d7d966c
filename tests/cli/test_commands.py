"""Commands that need no running assistant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.errors import AnswerNotFoundError

type Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command over a data folder of this test's own."""
    monkeypatch.setenv("ASKWELL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ASKWELL_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setattr("bot.cli.console.width", 200)
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


def test_the_doctor_says_what_is_wrong_and_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKWELL_PORT", "1")
    result = run("doctor")
    assert result.exit_code == 1
    for line in ("database: ", "model: There is no trained model yet", "web: does not answer", "a whole turn: failed"):
        assert line in result.output
