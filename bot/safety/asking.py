"""Whether words ask something: by their marks and their order alone, in plain English."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path

from bot.safety.phrases import any_of
from bot.yaml_files import read_yaml

_CLAUSE = re.compile(r"[.!;:,\n]+ *| - | (?:and|but) (?=\w+)")

Words = Mapping[str, Sequence[str]]
"""The words of data/safety/asking.yml, by the part that they play in a sentence."""


class Asking(Enum):
    """How sure it is that words ask something."""

    NO = "no"
    MAYBE = "maybe"
    YES = "yes"


class QuestionRules:
    """Tells what asks from what only tells, and who is spoken of."""

    def __init__(self, words: Words) -> None:
        self._head = re.compile(_head(words))
        self._inside = re.compile(rf"\b{any_of(words['inside'])}\b")
        self._own = re.compile(rf"\b{any_of(words['own'])}\b")

    @classmethod
    def load(cls, path: Path) -> QuestionRules:
        """Read data/safety/asking.yml; raises OSError or yaml.YAMLError where it cannot be read."""
        return cls(read_yaml(path))

    def asking(self, text: str) -> Asking:
        """Whether a message, in small letters, asks something: "what are the risks", "i have lupus can i have it"."""
        if "?" in text or any(self._head.match(clause) for clause in _CLAUSE.split(text)):
            return Asking.YES
        return Asking.MAYBE if self._inside.search(text) else Asking.NO

    def is_about_self(self, text: str) -> bool:
        """Whether a message, in small letters, speaks of the writer or of someone close: "my", "I", "her"."""
        return self._own.search(text) is not None


def _head(words: Words) -> str:
    """What a clause begins with that asks something, after any number of openers."""
    openers = rf"(?:{any_of(words['openers'])}\b[ ,.!]*)*"
    requests = rf"(?:{any_of(words['before_requests'])} )*{any_of(words['requests'])}\b"
    return rf"{openers}(?:{_by_question_word(words)}|{any_of(words['questions'], words)}\b|{requests})"


def _by_question_word(words: Words) -> str:
    """A question word, up to three words that are no subject, and a verb: "how many sessions does it take"."""
    question_word, verb = any_of(words["question_words"]), any_of([*words["verbs"], *words["other_verbs"]])
    subject = any_of([*words["pronouns"], *words["determiners"], *words["telling"]])
    between = rf"(?: (?!{subject}\b)[\w'-]+){{0,3}}"
    return rf"{question_word}(?:(?:'s|'re)?{between} {verb} (?:not )?\w+|'(?:s|re) \w+)"
