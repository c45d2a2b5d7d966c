"""What our components have in common, as Rasa wants it said."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from typing_extensions import Self

from bot.brain import storage
from bot.brain.attributes import VIEWS

Rows = TypeVar("Rows", list[Any], npt.NDArray[np.float32])


class Component(GraphComponent):
    """A step of the pipeline, made from its part of config.yml."""

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        """Make it, untrained."""
        return cls(config, model_storage, resource)


class LearningComponent(Component):
    """A step that learns: it keeps arrays and words in the model, and is made from them again."""

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,  # noqa: ANN401 - Rasa's signature
    ) -> Self:
        """Make it as it was trained."""
        component = cls(config, model_storage, resource)
        component.restore(*storage.load(model_storage, resource))
        return component

    @abstractmethod
    def restore(self, arrays: storage.Arrays, words: list[str]) -> None:
        """Become what was kept."""

    def keep(self, arrays: storage.Arrays, words: list[str]) -> Resource:
        """Write what was learnt into the model."""
        storage.save(self._model_storage, self._resource, arrays=arrays, words=words)
        return self._resource


def shared_out(rows: Rows, messages: Sequence[Message]) -> Iterator[Rows]:
    """For each message its part of rows that were made from all messages' views in one go."""
    start = 0
    for message in messages:
        end = start + len(message.get(VIEWS))
        yield rows[start:end]
        start = end
