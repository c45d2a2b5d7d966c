"""What a model is trained on: rules and intents from data/, answers' examples from a frozen bundle."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any

from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.core.constants import DEFAULT_INTENTS
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import get_text_hash

from bot.brain import environment, files
from bot.brain.attributes import TOPIC, category
from bot.brain.errors import BrokenBundleError


class Example(Message):
    """An example that Rasa may copy and compare as often as it does, which is some fifteen times each.

    A copy shares the values, which nothing changes in place; what makes examples different is what was written, not
    the vectors that are computed from it.
    """

    @classmethod
    def of(cls, message: Message) -> Example:
        """A message that Rasa read, as an example of ours."""
        return cls(message.data)

    def __deepcopy__(self, memo: dict[int, Any]) -> Example:
        return Example(self.data, set(self.output_properties), self.time, list(self.features))

    def fingerprint(self) -> str:
        """The same for the same text, intent and answer."""
        if self._cached_fingerprint is None:
            written = [self.get(TEXT), self.get(INTENT), self.get(TOPIC)]
            self._cached_fingerprint = get_text_hash(json.dumps(written))
        return self._cached_fingerprint


class AnswersImporter(RasaFileImporter):
    """Rasa's own files plus the bundle of approved answers.

    An example of the answer risks/allergy trains the intent `risks`; the answer's id travels as a property of the
    message. (Rasa's retrieval intents would want a response for each answer in the domain: the words of an answer are
    the answer service's business, live the moment they are published.)
    """

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
        bundle: str | None = None,
    ) -> None:
        super().__init__(config_file, domain_path, training_data_paths)
        self._bundle = environment.ROOT / bundle if bundle else environment.bundle_path()

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The examples of all intents, and of all answers in the bundle, read once for all who ask in a training."""
        return self._nlu_data

    @cached_property
    def _nlu_data(self) -> TrainingData:
        # Read file by file: Rasa's own way copies all that it has read for each file once more.
        files_read = [load_data(file) for file in self._nlu_files]
        written = [Example.of(message) for data in files_read for message in data.training_examples]
        examples = [*written, *answer_examples(self._bundle)]
        return TrainingData([*examples, *self._commands({example.get(INTENT) for example in examples})])

    def _commands(self, recognised: set[str]) -> list[Message]:
        """The intents that are decided or pressed, in Rasa's notation, so that its validation knows them.

        No classifier trains on them: see `recognisable`.
        """
        decided = {*self.get_domain().intents} - {*recognised, *DEFAULT_INTENTS}
        return [Example({TEXT: f"{INTENT_MESSAGE_PREFIX}{intent}", INTENT: intent}) for intent in sorted(decided)]


def recognisable(training_data: TrainingData) -> list[Message]:
    """The examples that a classifier learns from: all but commands."""
    return [
        example
        for example in training_data.intent_examples
        if not str(example.get(TEXT)).startswith(INTENT_MESSAGE_PREFIX)
    ]


def answer_examples(bundle: Path) -> list[Message]:
    """One message for each example question of each answer.

    Raises:
        BrokenBundleError: The bundle is missing or not what training writes.
    """
    return [
        Example({TEXT: example, INTENT: category(answer["id"]), TOPIC: answer["id"]})
        for answer in read_bundle(bundle)["answers"]
        for example in answer["examples"]
    ]


def read_bundle(path: Path) -> dict[str, Any]:
    """The bundle as written.

    Raises:
        BrokenBundleError: It is missing or not what training writes.
    """
    bundle = files.read_json(path)
    if bundle is None:
        raise BrokenBundleError(path, "there is no such JSON file")
    if not _is_bundle(bundle):
        raise BrokenBundleError(path, "it holds no answers with ids and examples")
    return dict(bundle)


def _is_bundle(bundle: object) -> bool:
    return (
        isinstance(bundle, dict)
        and bool(bundle.get("answers"))
        and all(
            isinstance(answer, dict) and "/" in answer.get("id", "") and answer.get("examples")
            for answer in bundle["answers"]
        )
    )
