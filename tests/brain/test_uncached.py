"""Training runs without Rasa's hashing of what each step gave."""

from __future__ import annotations

import pytest
from rasa.engine.training import graph_trainer

from bot.brain import uncached


def test_no_step_of_a_training_is_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph_trainer, "TrainingHook", graph_trainer.TrainingHook)  # restored afterwards
    uncached.install()
    hook = graph_trainer.TrainingHook(cache=None, model_storage=None, pruned_schema=None)
    assert hook.on_before_node("node", None, {}, {"text": "x"}) == {}
    assert hook.on_after_node("node", None, {}, object(), {}) is None
