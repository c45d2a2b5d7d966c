"""First component: the plain form of what the patient typed, and the questions in it."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.brain.attributes import VIEWS
from bot.brain.parts import split
from bot.safety.text import normalise


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class Normaliser(GraphComponent):
    """Sets the views of a message; the patient's own text stays as typed."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._split_questions = bool(config["split_questions"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Normaliser:
        """Make it as Rasa asks for it."""
        return cls(config)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Take messages with several questions apart."""
        return {"split_questions": True}

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Normalise the examples; an example is one question, so it is not taken apart."""
        for message in training_data.training_examples:
            message.set(VIEWS, [plain(message)])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Normalise what a patient typed."""
        for message in messages:
            message.set(VIEWS, self._views(plain(message)))
        return messages

    def _views(self, text: str) -> list[str]:
        parts = split(text) if self._split_questions else [text]
        return [text, *parts] if len(parts) > 1 else [text]


def plain(message: Message) -> str:
    """The message's text as the classifiers see it; case carries nothing in a chat."""
    return normalise(message.get(TEXT) or "").lower()
