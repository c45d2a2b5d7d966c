"""Sixth component: what an example says word for word, it says for sure.

A linear classifier may overrule one of its own examples: "welcome" is closer to thanks than to a greeting. An editor
who adds a question to an answer expects that very question to be answered so.
"""

from __future__ import annotations

import re
from dataclasses import replace

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.brain import storage
from bot.brain.attributes import TOPICS, VIEWS, TopicGuess
from bot.brain.component import LearningComponent
from bot.brain.importer import recognisable
from bot.brain.normaliser import Normaliser
from bot.brain.topic_classifier import label_of

_NO_WORD = re.compile(r"\W+")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ByHeart(LearningComponent):
    """Puts the label of an example first where a view of a message is that example, but for marks and spaces."""

    _labels: dict[str, str]

    @classmethod
    def required_components(cls) -> list[type]:
        """The views; when a message is processed, also the topics, which Rasa cannot check in training."""
        return [Normaliser]

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the examples."""
        examples = recognisable(training_data)
        pairs = {key: label_of(message) for message in examples if (key := _key(message.get(VIEWS)[0]))}
        return self.keep({}, [part for pair in pairs.items() for part in pair])

    def restore(self, arrays: storage.Arrays, words: list[str]) -> None:
        """Know the examples again."""
        del arrays
        self._labels = dict(zip(words[::2], words[1::2], strict=True))

    def process(self, messages: list[Message]) -> list[Message]:
        """Correct the guesses."""
        for message in messages:
            pairs = zip(message.get(VIEWS), message.get(TOPICS), strict=True)
            message.set(TOPICS, [self._corrected(view, guess) for view, guess in pairs])
        return messages

    def _corrected(self, view: str, guess: TopicGuess) -> TopicGuess:
        label = self._labels.get(_key(view))
        if label is None:
            return guess
        others = [(other, 0.0) for other, _ in guess.ranking if other != label]
        return replace(guess, ranking=[(label, 1.0), *others], is_familiar=True, is_strange=False, is_example=True)


def _key(view: str) -> str:
    return _NO_WORD.sub(" ", view).strip()
