"""Copies of a message as a hurried, a shouting, or a disguising patient would have typed it.

Each copy depends on the seed, the kind and the words alone, so that two runs measure the same copies.
"""

from __future__ import annotations

import random
import re
import string
import unicodedata
from collections.abc import Callable
from enum import StrEnum

CHARACTERS_PER_ERROR = 40
"""2.5 % of characters: what people leave uncorrected on phones is 2.3 % (Palin et al., MobileHCI 2019)."""

LOOKALIKE_SHARE, HIDDEN_SHARE = 0.3, 0.15
"""Which share of the letters is replaced; after which share of the characters something hidden stands."""

LONGEST = 2_000
"""What the chat takes; no copy is made longer than this."""

LOOKALIKES = {
    **dict(zip("aceijopsxyhd", "асеіјорѕхуһԁ", strict=True)),  # Cyrillic
    **dict(zip("ovuk", "ονυκ", strict=True)),  # Greek; its o is as common in disguises as the Cyrillic one
    **dict(zip("ABCEHIJKMOPSTXY", "АВСЕНІЈКМОРЅТХУ", strict=True)),
    **dict(zip("NZ", "ΝΖ", strict=True)),
}
HIDDEN = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad")

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_WORD = re.compile(r"[^\W\d_]{4,}")


class Perturbation(StrEnum):
    """How a copy differs from the original."""

    TYPING = "typing_errors"
    LOOKALIKES = "lookalikes"
    ZERO_WIDTH = "zero_width"
    UPPER = "upper_case"
    NO_PUNCTUATION = "no_punctuation"


COUNTED = (Perturbation.TYPING, Perturbation.LOOKALIKES, Perturbation.ZERO_WIDTH)
"""Those that the target on losses is about; the others are shown beside them."""


def perturbed(text: str, kind: Perturbation, *, seed: int) -> str:
    """The copy of a text; it can equal the text where there is nothing to change."""
    change = _CHANGES[kind]
    return change(text, random.Random(f"{seed}:{kind}:{text}"))


def neighbours(key: str) -> str:
    """The keys around a lower-case letter on a QWERTY keyboard.

    >>> neighbours("s")
    'adwezx'
    """
    for number, row in enumerate(_ROWS):
        if key in row:
            return _beside(row, row.index(key)) + _above_and_below(number, row.index(key))
    return ""


def _beside(row: str, place: int) -> str:
    return row[max(0, place - 1) : place] + row[place + 1 : place + 2]


def _above_and_below(number: int, place: int) -> str:
    """Each row stands half a key to the right of the one above."""
    above = _ROWS[number - 1][place : place + 2] if number else ""
    below = _ROWS[number + 1][max(0, place - 1) : place + 1] if number + 1 < len(_ROWS) else ""
    return above + below


def _typing_errors(text: str, chance: random.Random) -> str:
    words = list(_WORD.finditer(text))
    wanted = min(len(words), max(1, round(len(text) / CHARACTERS_PER_ERROR)))
    for word in sorted(chance.sample(words, wanted), key=lambda found: -found.start()):
        text = text[: word.start()] + _mistyped(word[0], chance) + text[word.end() :]
    return text[:LONGEST]


def _mistyped(word: str, chance: random.Random) -> str:
    """One error in a word, not at its first letter, which people seldom miss."""
    place = chance.randrange(1, len(word))
    return chance.choice((_swap, _drop, _double, _slip))(word, place, chance)


def _swap(word: str, place: int, chance: random.Random) -> str:
    first = min(place, len(word) - 2)
    if word[first] == word[first + 1]:
        return _drop(word, first, chance)
    return word[:first] + word[first + 1] + word[first] + word[first + 2 :]


def _drop(word: str, place: int, _: random.Random) -> str:
    return word[:place] + word[place + 1 :]


def _double(word: str, place: int, _: random.Random) -> str:
    return word[: place + 1] + word[place:]


def _slip(word: str, place: int, chance: random.Random) -> str:
    near = neighbours(word[place].lower())
    if not near:
        return _double(word, place, chance)
    key = chance.choice(near)
    return word[:place] + (key.upper() if word[place].isupper() else key) + word[place + 1 :]


def _lookalikes(text: str, chance: random.Random) -> str:
    places = [place for place, letter in enumerate(text) if letter in LOOKALIKES]
    chosen = set(chance.sample(places, _at_least_one(LOOKALIKE_SHARE, len(places))))
    return "".join(LOOKALIKES[letter] if place in chosen else letter for place, letter in enumerate(text))


def _zero_width(text: str, chance: random.Random) -> str:
    room = max(0, LONGEST - len(text))
    wanted = min(room, _at_least_one(HIDDEN_SHARE, len(text)))
    chosen = set(chance.sample(range(len(text)), wanted))
    return "".join(letter + chance.choice(HIDDEN) if place in chosen else letter for place, letter in enumerate(text))


def _at_least_one(share: float, count: int) -> int:
    return min(count, max(1, round(share * count)))


def _upper_case(text: str, _: random.Random) -> str:
    return text.upper()[:LONGEST]


def _no_punctuation(text: str, _: random.Random) -> str:
    """Apostrophes vanish as they do in hurried typing ("dont"); other marks leave a space."""
    without = re.sub("['’]", "", text)
    spaced = "".join(" " if _is_mark(character) else character for character in without)
    return " ".join(spaced.split())


def _is_mark(character: str) -> bool:
    return character in string.punctuation or unicodedata.category(character).startswith("P")


_CHANGES: dict[Perturbation, Callable[[str, random.Random], str]] = {
    Perturbation.TYPING: _typing_errors,
    Perturbation.LOOKALIKES: _lookalikes,
    Perturbation.ZERO_WIDTH: _zero_width,
    Perturbation.UPPER: _upper_case,
    Perturbation.NO_PUNCTUATION: _no_punctuation,
}
