"""The shelf of models: which one serves, which served before, and whether it is what training wrote."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

from bot.errors import ModelMissingError, ModelUnfitError, UnknownModelError
from bot.training.models import MOST_KEPT, ModelShelf, TrainedModel
from tests.support.models import fitting


def _train(shelf: ModelShelf, number: int = 0) -> TrainedModel:
    path, content = shelf.new_path(f"{number:08}"), f"archive {number}".encode()
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    path.with_name(f"{path.name}.sha256").write_text(f"{digest}  {path.name}\n")
    return fitting(TrainedModel(path))


@pytest.fixture
def shelf(tmp_path: Path) -> ModelShelf:
    return ModelShelf(tmp_path / "models")


def test_what_a_killed_training_left_is_cleared_unless_another_still_runs(shelf: ModelShelf) -> None:
    """One whose own process ended, and whose brain is at work, runs."""
    with shelf.training():
        brain = subprocess.Popen(["sleep", "60"], close_fds=False)
    left = shelf.new_path("0").parent / ".training-x1"
    (left / "part").mkdir(parents=True)
    with shelf.training():
        assert left.exists()
    brain.kill()
    brain.wait()
    with shelf.training():
        assert not left.exists()


def test_trainings_do_not_wait_for_each_other(shelf: ModelShelf) -> None:
    with shelf.training(), shelf.training():
        assert shelf.all() == []


def test_an_empty_shelf_says_what_to_do(shelf: ModelShelf) -> None:
    with pytest.raises(ModelMissingError, match="askwell train"):
        shelf.active()


def test_the_model_that_was_made_active_serves(shelf: ModelShelf) -> None:
    model = _train(shelf)
    shelf.activate(model)
    assert shelf.active() == shelf.find(model.name) == model


def test_a_model_that_nobody_trained_is_not_found(shelf: ModelShelf) -> None:
    with pytest.raises(UnknownModelError):
        shelf.find("askwell-unknown")


def test_a_model_that_is_gone_does_not_serve(shelf: ModelShelf) -> None:
    model = _train(shelf)
    shelf.activate(model)
    model.delete()
    with pytest.raises(ModelMissingError):
        shelf.active()


def test_rolling_back_lets_the_one_before_serve(shelf: ModelShelf) -> None:
    one, two = _train(shelf, 1), _train(shelf, 2)
    shelf.activate(one)
    shelf.activate(two)
    assert shelf.roll_back() == shelf.active() == one
    with pytest.raises(ModelMissingError):
        shelf.roll_back()


def test_what_other_code_trained_cannot_serve_again(shelf: ModelShelf) -> None:
    one, two = _train(shelf, 1), _train(shelf, 2)
    shelf.activate(one)
    shelf.activate(two)
    one.path.with_name(f"{one.name}.code").write_text("0" * 64)
    with pytest.raises(ModelUnfitError, match="askwell train"):
        shelf.roll_back()
    with pytest.raises(ModelUnfitError):
        shelf.activate(one)
    assert shelf.active() == two


def test_an_archive_that_somebody_changed_is_found_out(shelf: ModelShelf) -> None:
    model = _train(shelf)
    assert model.is_untouched()
    model.path.write_bytes(b"another archive")
    assert not model.is_untouched()


def test_an_archive_without_a_written_hash_is_not_trusted(shelf: ModelShelf) -> None:
    model = _train(shelf)
    model.path.with_name(f"{model.path.name}.sha256").unlink()
    assert not model.is_untouched()


def test_old_models_are_cleared_away_but_never_the_one_that_serves(shelf: ModelShelf) -> None:
    models = [_train(shelf, number) for number in range(MOST_KEPT + 3)]
    shelf.activate(models[0])
    shelf.prune()
    assert shelf.all() == [models[0], *models[-MOST_KEPT:]]


def test_a_model_that_was_not_judged_has_an_empty_card(shelf: ModelShelf) -> None:
    model = _train(shelf)
    assert (model.card, model.readable_card) == ({}, "")
