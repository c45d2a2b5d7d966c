"""First component: what the rules of bot.safety say of a message, read while the encoder works.

The encoder computes for some 3 ms without the interpreter's lock. The rules are Python, and need half that time: begun
before it, in a thread, they cost a turn next to nothing as long as a core is free.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.brain import environment
from bot.brain.attributes import RULES, TriageGuess
from bot.brain.component import Component
from bot.brain.triage_model import EMERGENCY, PERSONAL
from bot.safety.red_flags import RedFlags
from bot.safety.triage import TriageRules


class Rules:
    """What bot.safety knows: emergencies first, then the writer's own case."""

    def __init__(self, red_flags: RedFlags, personal: TriageRules) -> None:
        self._red_flags = red_flags
        self._personal = personal

    @classmethod
    def load(cls, folder: Path) -> Rules:
        """Read the rules and lexicons of a folder."""
        return cls(RedFlags.load(folder), TriageRules.load(folder))

    def check(self, text: str) -> TriageGuess | None:
        """What the rules say of a message; None where they are silent."""
        flags = self._red_flags.check(text)
        if flags.level is not None:
            return TriageGuess(EMERGENCY, 1.0, flags.because, red_flag=flags.level)
        personal = self._personal.check(text)
        return TriageGuess(PERSONAL, 1.0, personal.because) if personal.label else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SafetyRules(Component):
    """Begins to read the rules for a message; triage waits for what they say.

    Until then nothing else may use spaCy, whose vocabulary the readers of bot.safety share: the components between
    do not.
    """

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, model_storage, resource)
        self._rules = Rules.load(environment.ROOT / config["rules"])
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="safety-rules")

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See config.yml."""
        return {"rules": "data/safety"}

    def process(self, messages: list[Message]) -> list[Message]:
        """Begin; a failure is raised by whoever asks for the result."""
        for message in messages:
            message.set(RULES, self._thread.submit(self._rules.check, message.get(TEXT) or ""))
        return messages
