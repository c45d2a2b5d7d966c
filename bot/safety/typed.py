"""Typed words that stand for a button."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.yaml_files import read_yaml

_MARKS = re.compile(r"[^\w']+")

Titles = Mapping[str, Sequence[str]]
"""The wordings that stand for each intent."""


class Typed:
    """Knows the buttons' names, and yes and no in other words."""

    def __init__(self, buttons: Titles, offer: Titles) -> None:
        self._buttons, self._offer = _by_words(buttons), _by_words(offer)

    @classmethod
    def load(cls, path: Path) -> Typed:
        """Read data/safety/typed.yml."""
        return cls(**read_yaml(path))

    def intent(self, text: str, *, offered: bool) -> str | None:
        """The intent of the button that a message, in small letters, names; none if it names none.

        Args:
            text: The message.
            offered: Whether a person was just offered, which yes and no answer.
        """
        key = _key(text)
        return (self._offer.get(key) if offered else None) or self._buttons.get(key)


def _by_words(titles: Titles) -> dict[str, str]:
    return {_key(wording): intent for intent, wordings in titles.items() for wording in wordings}


def _key(text: str) -> str:
    return _MARKS.sub(" ", text).strip()
