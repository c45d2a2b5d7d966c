"""Which of the assistant's fixed texts a reply is: the API says what kind a reply is, not which words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.settings import ROOT
from bot.yaml_files import read_yaml

PHRASES = ROOT / "data" / "replies" / "en.yml"
_NAME = re.compile(r"\\\$\w+")


@dataclass(frozen=True)
class FixedWords:
    """Recognises fixed texts, whatever was filled into them."""

    patterns: Mapping[str, re.Pattern[str]]

    @classmethod
    def load(cls, path: Path = PHRASES) -> FixedWords:
        """Read the texts that the assistant speaks."""
        texts = read_yaml(path)
        return cls({name: _pattern(text) for name, text in texts.items() if isinstance(text, str)})

    def name_of(self, reply: str) -> str | None:
        """The name of the fixed text that a reply begins with."""
        return next((name for name, pattern in self.patterns.items() if pattern.match(reply)), None)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(_NAME.sub(".+?", re.escape(text.strip())), re.DOTALL)
