"""Fifth component: which answer, or which other intent, for each view of the message."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.brain import storage
from bot.brain.attributes import TOPIC, TOPICS, VECTORS
from bot.brain.component import LearningComponent, shared_out
from bot.brain.importer import recognisable
from bot.brain.term_featurizer import TermFeaturizer
from bot.brain.topic_model import TopicModel


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(LearningComponent):
    """Sets the topics of a message, one guess for each view."""

    _model: TopicModel

    @classmethod
    def required_components(cls) -> list[type]:
        """The vectors to classify."""
        return [TermFeaturizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See config.yml for what each means."""
        return {"C": 20.0, "familiar_share": 0.85, "known_share": 0.97, "hold_out_one_in": 5}

    def train(self, training_data: TrainingData) -> Resource:
        """Train on the answers' examples and those of all other intents."""
        examples = recognisable(training_data)
        model = TopicModel.fit(
            np.vstack([message.get(VECTORS) for message in examples]),
            [label_of(message) for message in examples],
            strength=self._config["C"],
            kept=(self._config["familiar_share"], self._config["known_share"]),
            one_in=self._config["hold_out_one_in"],
        )
        return self.keep(model.arrays(), model.classifier.labels)

    def restore(self, arrays: storage.Arrays, words: list[str]) -> None:
        """Know the topics again."""
        self._model = TopicModel.from_arrays(words, arrays)

    def process(self, messages: list[Message]) -> list[Message]:
        """Guess what messages are about."""
        guesses = self._model.guesses(np.vstack([message.get(VECTORS) for message in messages]))
        for message, of_message in zip(messages, shared_out(guesses, messages), strict=True):
            message.set(TOPICS, of_message)
        return messages


def label_of(message: Message) -> str:
    """A training example's label: its answer's id where it has one, else its intent."""
    return str(message.get(TOPIC) or message.get(INTENT))
