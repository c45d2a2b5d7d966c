"""Seventh component: is it general, about this patient's body, an emergency, not ours, or small talk?

Two layers, tuned for recall. They combine by this rule, the first line that applies:

1. the emergency rules see a red flag: emergency
2. the personal-medical rules find the writer's own case: personal_medical, but an emergency if the head is certain
   of one (the arbiter's limit); so it is where the flag is only a possible one, or where a slip hides it
3. the trained head's suspicion reaches its threshold (set in training, on held-out examples): emergency if that is
   likelier than not, else personal_medical; but an answer that is all but certain asks for more suspicion than that
4. else the likeliest of the other kinds; what holds nothing of the treatment, but an illness or a word that no example
   of an answer holds, is never answered directly, each part by its own words

Each part of a message is looked at as well as the whole: one personal half makes the whole personal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.brain import environment, storage
from bot.brain.attributes import RULES, TOPICS, TRIAGE, VECTORS, VIEWS, TopicGuess, TriageGuess, is_answer
from bot.brain.component import LearningComponent, shared_out
from bot.brain.importer import recognisable
from bot.brain.kernel import Nearness
from bot.brain.term_featurizer import TermFeaturizer
from bot.brain.topic_classifier import label_of
from bot.brain.triage_model import EMERGENCY, LIKELY, PERSONAL, Fitting, TriageModel, risk
from bot.safety.bearing import Bearing


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class Triage(LearningComponent):
    """Sets the triage of a message."""

    _model: TriageModel
    _bearing: Bearing

    @classmethod
    def required_components(cls) -> list[type]:
        """The vectors; when a message is processed, also topics and rules, which Rasa cannot check in training."""
        return [TermFeaturizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See config.yml for what each means."""
        return {
            "dimensions": 256,
            "narrowness": 1.0,
            "ridge": 0.03,
            "general": 5000,
            "recall": 0.98,
            "hold_out_one_in": 5,
            "certain_answer": 0.9,
            "suspicion_despite_certainty": 0.5,
            "rules": "data/safety",
        }

    def train(self, training_data: TrainingData) -> Resource:
        """Train the head on all examples."""
        examples = recognisable(training_data)
        vectors = np.vstack([message.get(VECTORS) for message in examples])
        model = TriageModel.fit(vectors, [label_of(message) for message in examples], self._fitting())
        labels = model.classifier.labels
        return self.keep({**model.arrays(), "kinds": np.array(len(labels))}, [*labels, *_words(examples)])

    def restore(self, arrays: storage.Arrays, words: list[str]) -> None:
        """Know the kinds and the answers' words again."""
        labels, answer_words = words[: int(arrays["kinds"])], words[int(arrays["kinds"]) :]
        self._model = TriageModel.from_arrays(labels, arrays)
        self._bearing = Bearing.load(environment.ROOT / self._config["rules"], answer_words)

    def _fitting(self) -> Fitting:
        nearness = Nearness(**{name: self._config[name] for name in ("dimensions", "narrowness", "ridge")})
        general, recall, one_in = (self._config[name] for name in ("general", "recall", "hold_out_one_in"))
        return Fitting(nearness, general, recall, one_in)

    def process(self, messages: list[Message]) -> list[Message]:
        """Triage messages; all examples are read for them once, which is most of the head's work."""
        rows = self._model.probabilities(np.vstack([message.get(VECTORS) for message in messages]))
        # Those of all messages before anything else: what follows uses spaCy too, which is no two threads' at once.
        rules: list[TriageGuess | None] = [message.get(RULES).result() for message in messages]
        for message, found, of_message in zip(messages, rules, shared_out(rows, messages), strict=True):
            message.set(TRIAGE, self._triage(message, found, of_message))
        return messages

    def _triage(self, message: Message, found: TriageGuess | None, rows: list[dict[str, float]]) -> TriageGuess:
        if found is None:
            return self._by_head(message, rows)
        return replace(found, probabilities=max(rows, key=lambda row: row.get(EMERGENCY, 0.0)))

    def _by_head(self, message: Message, rows: list[dict[str, float]]) -> TriageGuess:
        worst = max(rows, key=risk)
        if risk(worst) >= self._enough(message.get(TOPICS)[rows.index(worst)]):
            label = EMERGENCY if worst.get(EMERGENCY, 0.0) >= LIKELY else PERSONAL
            return TriageGuess(label, round(risk(worst), 4), probabilities=worst)
        label = max((kind for kind in rows[0] if kind not in {EMERGENCY, PERSONAL}), key=lambda kind: rows[0][kind])
        elsewhere = tuple(map(self._bearing.is_elsewhere, message.get(VIEWS)))
        return TriageGuess(label, rows[0][label], probabilities=rows[0], elsewhere=elsewhere)

    def _enough(self, topic: TopicGuess) -> float:
        if is_answer(topic.best) and topic.confidence >= self._config["certain_answer"]:
            return max(self._model.suspicion, float(self._config["suspicion_despite_certainty"]))
        return self._model.suspicion


def _words(examples: Sequence[Message]) -> list[str]:
    """The words of the answers' examples, each once."""
    texts = (message.get(VIEWS)[0] for message in examples if is_answer(label_of(message)))
    return sorted({word for text in texts for word in text.split()})
