"""Tell what a message is not: English, words at all, or letters at all."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.safety.lexicon import read_words
from bot.safety.text import normalise
from bot.yaml_files import read_yaml

_WORDS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_SHORT_MESSAGE = 3
# Four consonants in a row are English ("strength"), six are not; y counts as a vowel.
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{6,}")
_KEYBOARD_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "poiuytrewq", "lkjhgfdsa", "mnbvcxz")
_SHORTEST_RUN = 4
_REPEATED = re.compile(r"(.{1,4}?)\1{3,}")
_SHORTEST_MASH = 5
_FEWEST_VOWELS = 0.15


class LanguageRules:
    """Recognises a few other languages, and text that no language has."""

    def __init__(self, rules: Mapping[str, Any], english: frozenset[str]) -> None:
        self._scripts: Mapping[str, str] = rules["scripts"]
        self._not_chinese = frozenset(rules["not_chinese"])
        self._english = english
        shared = set(rules["also_english"])
        self._words = {code: {_unaccented(word) for word in words} - shared for code, words in rules["words"].items()}

    @classmethod
    def load(cls, folder: Path) -> "LanguageRules":
        """Read the rules in `folder` (data/safety); raises OSError or yaml.YAMLError where they cannot be read."""
        return cls(read_yaml(folder / "languages.yml"), read_words(folder / "words" / "english.txt"))

    def language(self, text: str) -> str | None:
        """Return es, fr, de, pt, ru, zh or ar where the message is plainly in it; None for English and all else."""
        plain = normalise(text).lower()
        return self._by_script(plain) or self._by_words([_unaccented(word) for word in _WORDS.findall(plain)])

    def is_nonsense(self, text: str) -> bool:
        """Say whether the letters are keyboard mash: no word of English, and shapes that words do not have."""
        words = _WORDS.findall(normalise(text).lower())
        if not words or any(word in self._english and len(word) > 1 for word in words) or not "".join(words).isascii():
            return False
        return sum(map(_is_mash, words)) * 2 >= len(words)

    def _by_script(self, text: str) -> str | None:
        scripts = Counter(unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha())
        if not scripts or not self._not_chinese.isdisjoint(scripts):
            return None
        script, count = scripts.most_common(1)[0]
        return self._scripts.get(script) if count * 2 > scripts.total() else None

    def _by_words(self, words: Sequence[str]) -> str | None:
        words = [word for word in words if len(word) > 1]  # single letters are a spaced-out word's
        counts = {code: sum(word in known for word in words) for code, known in self._words.items()}
        code = max(counts, key=lambda code: counts[code])
        needed = 1 if len(words) <= _SHORT_MESSAGE else 2
        english = sum(word in self._english and word not in self._words[code] for word in words)
        return code if counts[code] >= max(needed, english) else None


def is_only_symbols(text: str) -> bool:
    """Say whether a message has no letter and no digit: emoji, punctuation, or nothing."""
    return not any(character.isalnum() for character in normalise(text))


def _unaccented(word: str) -> str:
    return "".join(
        character for character in unicodedata.normalize("NFD", word) if unicodedata.category(character) != "Mn"
    )


def _is_mash(word: str) -> bool:
    if len(word) < _SHORTEST_MASH:
        return _has_keyboard_run(word) or bool(_REPEATED.search(word))
    return (
        bool(_CONSONANTS.search(word) or _REPEATED.search(word)) or _has_keyboard_run(word) or _is_short_of_vowels(word)
    )


def _is_short_of_vowels(word: str) -> bool:
    return sum(letter in "aeiouy" for letter in word) < len(word) * _FEWEST_VOWELS


def _has_keyboard_run(word: str) -> bool:
    runs = (word[place : place + _SHORTEST_RUN] for place in range(len(word) - _SHORTEST_RUN + 1))
    return any(run in row for run in runs for row in _KEYBOARD_ROWS)
