"""Fourth component: how each view is spelt, appended to what it means."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.brain import storage
from bot.brain.attributes import VECTORS, VIEWS
from bot.brain.component import LearningComponent, shared_out
from bot.brain.sentence_encoder import SentenceEncoder
from bot.brain.terms import TermSpace


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class TermFeaturizer(LearningComponent):
    """Widens the vectors of a message by the folded TF-IDF of its words and pieces of words."""

    _space: TermSpace

    @classmethod
    def required_components(cls) -> list[type]:
        """The vectors to widen."""
        return [SentenceEncoder]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See config.yml for what each means."""
        return {"dimensions": 128, "min_texts": 2, "weight": 0.5}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the terms from all examples, whatever their intent."""
        texts = [message.get(VIEWS)[0] for message in training_data.training_examples]
        space = TermSpace.fit(texts, dimensions=self._config["dimensions"], min_texts=self._config["min_texts"])
        # Half precision halves the archive; the classifiers are trained on what is read back.
        arrays: storage.Arrays = {"weights": space.weights, "components": space.components.astype(np.float16)}
        return self.keep(arrays, space.vocabulary)

    def restore(self, arrays: storage.Arrays, words: list[str]) -> None:
        """Know the terms again."""
        weights, components = (np.asarray(arrays[name], np.float32) for name in ("weights", "components"))
        self._space = TermSpace(words, weights, components)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Widen the examples' vectors."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Widen the vectors of messages, all in one go."""
        views = chain.from_iterable(message.get(VIEWS) for message in messages)
        spelt = self._space.transform(views) * np.float32(self._config["weight"])
        for message, of_message in zip(messages, shared_out(spelt, messages), strict=True):
            message.set(VECTORS, np.hstack([message.get(VECTORS), of_message]))
        return messages
