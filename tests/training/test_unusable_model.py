"""A serving model that cannot be loaded any more must not keep the next one from being trained."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot import preparation
from bot.answers.catalogue import Catalogue
from bot.errors import EXPLAINED, UnusableModelError
from bot.preparation import Preparation, StepFailedError
from bot.settings import Settings
from bot.store.database import Database
from bot.training.models import ModelShelf, TrainedModel
from bot.training.trainer import Trainer


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
    def run_brain(_step: str, _module: str, _arguments: object) -> None:
        raise UnusableModelError("it does not fit")

    settings.models_dir.mkdir()
    model = TrainedModel(settings.models_dir / "old.tar.gz")
    model.path.write_text("old")
    ModelShelf(settings.models_dir).activate(model)
    trainer = Trainer(settings, Catalogue(database, publish_starters=True), run_brain)
    assert trainer._serving_figures([]) is None
