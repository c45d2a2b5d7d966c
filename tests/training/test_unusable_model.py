"""A serving model that cannot be loaded any more must not keep the next one from being trained."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot.answers.catalogue import Catalogue
from bot.errors import EXPLAINED, UnusableModelError
from bot.running import preparation
from bot.running.preparation import Preparation, StepFailedError
from bot.settings import Settings
from bot.store.database import Database
from bot.training.gate import Figures
from bot.training.models import ModelShelf, TrainedModel
from bot.training.trainer import Trainer
from tests.support.models import fitting


def _ending_with(code: int, folder: Path) -> Path:
    """What runs in place of the brain's Python."""
    program = folder / "python"
    program.write_text(f"#!/bin/sh\necho before\necho the reason\nexit {code}\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(("code", "error"), [(EXPLAINED, UnusableModelError), (1, StepFailedError)])
def test_a_brain_that_explains_itself_is_told_from_one_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, error: type[Exception]
) -> None:
    monkeypatch.setattr(preparation, "BRAIN_PYTHON", _ending_with(code, tmp_path))
    steps = Preparation(Settings(_env_file=None, data_dir=tmp_path), Console(file=StringIO()))
    with pytest.raises(error, match=r"the reason$"):
        steps._run("Measuring", "bot.brain.judge", [])


@pytest.mark.only_on("sqlite")
async def test_what_cannot_be_loaded_is_nothing_to_compare_with(settings: Settings, database: Database) -> None:
    def run_brain(_step: str, _module: str, arguments: Sequence[str]) -> None:
        if "old.tar.gz" in " ".join(arguments):
            raise UnusableModelError("it does not fit")
        Path(arguments[-1]).write_text("[[]]")

    settings.models_dir.mkdir()
    ModelShelf(settings.models_dir).activate(_model(settings, "old"))
    trainer = Trainer(settings, Catalogue(database, publish_starters=True), run_brain)
    assert trainer._figures(_model(settings, "new"), []) == (Figures(0, 0, 0, 0), None)


def _model(settings: Settings, name: str) -> TrainedModel:
    model = TrainedModel(settings.models_dir / f"{name}.tar.gz")
    model.path.write_text(name)
    return fitting(model)
