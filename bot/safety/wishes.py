"""Wishes that are typed while the prep form is open: to skip a part, to have it explained, to stop."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.safety.phrases import any_of
from bot.yaml_files import read_yaml

_MARKS = re.compile(r"[^\w/' ]+")

Wordings = Mapping[str, Sequence[str]]
"""The `words` of a wish, and what may stand `before` and `after` them."""


class Wishes:
    """Knows what is a wish about the form, and no answer to it."""

    def __init__(self, wordings: Mapping[str, Sequence[Wordings]]) -> None:
        self._patterns = [(_pattern(**one), intent) for intent, several in wordings.items() for one in several]

    @classmethod
    def load(cls, path: Path) -> Wishes:
        """Read data/safety/form.yml; raises OSError or yaml.YAMLError where it cannot be read."""
        return cls(read_yaml(path))

    def intent(self, text: str) -> str | None:
        """The intent of the wish that a message, in small letters, is; none if it is none."""
        plain = without_marks(text)
        return next((intent for pattern, intent in self._patterns if pattern.fullmatch(plain)), None)


def without_marks(text: str) -> str:
    """The words of a message, with a space between them."""
    return " ".join(_MARKS.sub(" ", text).split())


def _pattern(before: Sequence[str], words: Sequence[str], after: Sequence[str]) -> re.Pattern[str]:
    return re.compile(f"{_repeated(before, '{} ')}{any_of(words)}{_repeated(after, ' {}')}")


def _repeated(words: Sequence[str], form: str) -> str:
    return f"(?:{form.format(any_of(words))})*" if words else ""
