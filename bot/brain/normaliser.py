"""Second component: the plain form of what the patient typed, its slips mended, and the questions in it."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.brain import environment, storage
from bot.brain.attributes import VIEWS
from bot.brain.component import LearningComponent
from bot.brain.parts import split
from bot.brain.word_repair import WordRepair
from bot.safety.lexicon import read_words
from bot.safety.text import normalise


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class Normaliser(LearningComponent):
    """Sets the views of a message; the patient's own text stays as typed."""

    _repair: WordRepair

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See config.yml for what each means."""
        return {
            "split_questions": True,
            "english": "data/safety/words/english.txt",
            "no_words_of": ["nonsense", "other_language"],
        }

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the words of the examples."""
        texts = [plain(message) for message in training_data.training_examples if self._is_in_words(message)]
        counts = WordRepair.learn(texts, self._english()).counts
        return self.keep({"counts": np.array([*counts.values()], np.int32)}, [*counts])

    def restore(self, arrays: storage.Arrays, words: list[str]) -> None:
        """Know the words of the examples again."""
        counts = dict(zip(words, arrays["counts"].tolist(), strict=True))
        self._repair = WordRepair(counts, self._english())

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Normalise the examples; an example is one question, so it is not taken apart."""
        for message in training_data.training_examples:
            text = plain(message)
            message.set(VIEWS, [self._repair.mend(text) if self._is_in_words(message) else text])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Normalise what a patient typed."""
        for message in messages:
            message.set(VIEWS, self._views(self._repair.mend(plain(message))))
        return messages

    def _views(self, text: str) -> list[str]:
        parts = split(text) if self._config["split_questions"] else [text]
        return [text, *parts] if len(parts) > 1 else [text]

    def _english(self) -> frozenset[str]:
        return read_words(environment.ROOT / self._config["english"])

    def _is_in_words(self, message: Message) -> bool:
        # What is written in another language, or in none, would pass its words off as ours.
        return message.get(INTENT) not in self._config["no_words_of"]


def plain(message: Message) -> str:
    """The message's text as the classifiers see it; case carries nothing in a chat."""
    return normalise(message.get(TEXT) or "").lower()
