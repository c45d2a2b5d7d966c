"""Let Rasa train without its cache of what each step gave.

The cache lets an unchanged step be skipped in the next training. For that, Rasa prints every vector of every example
as text and hashes it, after each step: half the time of a training whose own work is seconds.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import GraphNodeHook
from rasa.engine.training import graph_trainer

from bot.brain.replacing import replace


class NoCaching(GraphNodeHook):
    """Stands where Rasa's hook would hash and keep what a step gave."""

    def __init__(self, **_: Any) -> None:  # noqa: ANN401 - what Rasa's hook is made from
        super().__init__()

    def on_before_node(self, *_: Any, **__: Any) -> dict[str, Any]:  # noqa: ANN401 - Rasa's signature
        """Nothing to compare with."""
        return {}

    def on_after_node(self, *_: Any, **__: Any) -> None:  # noqa: ANN401 - Rasa's signature
        """Nothing to keep."""


def install() -> None:
    """Train without the cache from here on."""
    replace(graph_trainer, "TrainingHook", NoCaching)
