"""Third component: the meaning of each view as a vector."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.brain import environment
from bot.brain.attributes import VECTORS, VIEWS
from bot.brain.component import Component
from bot.brain.encoder import Encoder
from bot.brain.kept_vectors import kept_vectors


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(Component):
    """Sets the vectors of a message, one row for each view."""

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, model_storage, resource)
        self._encoder = Encoder(
            environment.encoder_dir(),
            max_tokens=config["max_tokens"],
            cache_size=config["cache_size"],
            kept=kept_vectors(environment.vectors_path(), environment.encoder_dir()),
        )

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """128 tokens are what the model was trained with; 512 kept vectors are under 1 MB."""
        return {"max_tokens": 128, "cache_size": 512}

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Encode all examples."""
        examples = training_data.training_examples
        texts = [message.get(VIEWS)[0] for message in examples]
        for message, vector in zip(examples, self._encoder.encode_many(texts), strict=True):
            message.set(VECTORS, vector[None, :])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Encode a message's views; a part of a message costs as much as a message."""
        for message in messages:
            message.set(VECTORS, self._encoder.encode(message.get(VIEWS)))
        return messages
