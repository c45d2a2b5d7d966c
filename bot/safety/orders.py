"""Tell that a message gives the assistant orders: to drop its rules, or to run something."""

import re
from collections.abc import Sequence
from pathlib import Path

from bot.safety.lexicon import words_in
from bot.safety.reading import Reader
from bot.safety.text import normalise
from bot.safety.wordings import Wordings
from bot.yaml_files import read_yaml

_COMMAND = re.compile(r"/[^\W\d_]{2,}.*", re.DOTALL)


class Orders:
    """Checks messages for orders."""

    def __init__(self, reader: Reader, patterns: Sequence[str]) -> None:
        self._reader = reader
        self._wordings = Wordings(reader, {"orders": patterns})

    @classmethod
    def load(cls, folder: Path) -> "Orders":
        """Read the wordings in `folder` (data/safety); raises OSError or yaml.YAMLError where they cannot be read."""
        patterns = read_yaml(folder / "orders.yml")["orders"]
        return cls(Reader.load(folder, words_in(patterns)), patterns)

    def check(self, text: str) -> bool:
        """Whether a message is a command, such as "/restart", or holds an order."""
        if _COMMAND.fullmatch(normalise(text)):
            return True
        return bool(self._wordings.find(self._reader.read(text)))
