"""Trained models as tests need them."""

from __future__ import annotations

from bot.model_code import code_hash
from bot.training.models import TrainedModel


def fitting(model: TrainedModel) -> TrainedModel:
    """Mark a model as trained by the code of today."""
    model.path.with_name(f"{model.name}.code").write_text(f"{code_hash()}\n")
    return model
