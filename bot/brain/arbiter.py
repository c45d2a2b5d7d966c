"""Last component: one decision from all that the others found, in the light of the conversation."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY
from rasa.shared.nlu.training_data.message import Message

from bot.brain import environment
from bot.brain.attributes import DECISION, TOPICS, TRIAGE
from bot.brain.component import Component
from bot.brain.conversation import OFFERED, Conversation
from bot.brain.form import Form
from bot.brain.normaliser import plain
from bot.brain.triage import Triage
from bot.brain.triage_model import EMERGENCY, PERSONAL
from bot.brain.verdict import Limits, Verdict, judge
from bot.safety.language import LanguageRules, is_only_symbols
from bot.safety.orders import Orders
from bot.safety.typed import Typed

LIMITS = tuple(field.name for field in fields(Limits))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Arbiter(Component):
    """Sets the intent that the rules see, and the decision that the action reads."""

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, model_storage, resource)
        self._limits = Limits(**{name: config[name] for name in LIMITS})
        rules = environment.ROOT / config["rules"]
        self._language = LanguageRules.load(rules)
        self._orders = Orders.load(rules)
        self._typed = Typed.load(rules / "typed.yml")
        self._conversation = Conversation(Form.load(rules))

    @classmethod
    def required_components(cls) -> list[type]:
        """What there is to decide on."""
        return [Triage]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See config.yml for what each means."""
        return {
            "answer": 0.6,
            "margin": 0.2,
            "clarify": 0.4,
            "also": 0.6,
            "emergency": 0.65,
            "dissent": 0.35,
            "suggestions": 3,
            "rules": "data/safety",
        }

    def process(self, messages: list[Message], tracker: DialogueStateTracker) -> list[Message]:
        """Decide what each message gets."""
        for message in messages:
            text = plain(message)
            verdict = self._judge(message, text)
            typed = self._typed.intent(text, offered=bool(tracker.get_slot(OFFERED)))
            if typed and verdict.intent not in {EMERGENCY, PERSONAL}:
                verdict = Verdict(typed, 1.0)
            topic, triage = message.get(TOPICS)[0], message.get(TRIAGE)
            _set(message, self._conversation.in_context(verdict, topic, triage, text, tracker))
        return messages

    def _judge(self, message: Message, text: str) -> Verdict:
        return judge(
            message.get(TOPICS),
            message.get(TRIAGE),
            unreadable=self._unreadable(text),
            is_order=self._orders.check(text),
            limits=self._limits,
        )

    def _unreadable(self, text: str) -> str | None:
        if is_only_symbols(text) or self._language.is_nonsense(text):
            return "nonsense"
        return "other_language" if self._language.language(text) else None


def _set(message: Message, verdict: Verdict) -> None:
    intent = {INTENT_NAME_KEY: verdict.intent, PREDICTED_CONFIDENCE_KEY: verdict.confidence}
    message.set(INTENT, intent, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [intent], add_to_output=True)
    message.set(DECISION, verdict.decision(message.get(TRIAGE)), add_to_output=True)
