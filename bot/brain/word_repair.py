"""Mend mistyped words before a message is understood, without Rasa: "exosme saftey" is "exosome safety".

A noisy channel (Kernighan, Church and Gale, 1990): of the words of the examples that are one edit away, take the one
that is likeliest to be asked for and to be mistyped like this. The words of the examples are the ones that decide what
a message is about; without the mending, one slip in a word costs a quarter of the direct answers.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from bot.safety.edits import EditIndex, edits, is_letter_twice, is_swap, without_a_double
from bot.safety.spelling import plainer_variants

SHORTEST, SHORTEST_SWAPPED = 4, 3
"""Words of the examples with fewer letters are not mended to, unless letters changed places or one was typed twice."""

SHORTEST_SLIP, SLIP_RATIO = 5, 20
"""An example's own word of this length, not English, and this much rarer than its neighbour, is itself a slip."""

OTHER_FIRST_LETTER, ONE_MISSING, OTHER_LETTER = 6.0, 1.0, 2.0
"""What makes a slip less likely than a doubled or swapped letter, in nats; people seldom miss a first letter."""

_WORD = re.compile(r"([^\W\d_]+)('[^\W\d_]+)?")


class WordRepair:
    """Knows the words of the examples, how often each occurs, and English."""

    def __init__(self, counts: Mapping[str, int], english: Collection[str]) -> None:
        self.counts = counts
        self._english = english
        self._index = EditIndex(counts, shortest=SHORTEST, shortest_swapped=SHORTEST_SWAPPED)

    @classmethod
    def learn(cls, texts: Iterable[str], english: Collection[str]) -> WordRepair:
        """Count the words of examples, in small letters, and leave out their own slips."""
        counts = Counter(word for text in texts for word, ending in _WORD.findall(text) if not ending)
        everything = cls(counts, english)
        return cls({word: count for word, count in counts.items() if not everything.is_slip(word)}, english)

    def is_slip(self, word: str) -> bool:
        """Whether a word of the examples is a mistyped other one."""
        if word in self._english or len(word) < SHORTEST_SLIP:
            return False
        near = self._index.near(word)
        return any(self.counts[known] >= SLIP_RATIO * self.counts[word] for known in near if known.startswith(word[0]))

    def mend(self, text: str) -> str:
        """The text, in small letters, with every word that is neither ours nor English mended where that is possible.

        >>> WordRepair({"safety": 2, "exosome": 9}, {"of"}).mend("saftey of exosme?")
        'safety of exosome?'
        """
        return _WORD.sub(self._mended, text)

    def _mended(self, found: re.Match[str]) -> str:
        word, ending = found.groups("")
        # "doesn't" is no possessive: its "doesn" is no word, and needs no mending.
        return found[0] if ending not in {"", "'s"} else self._meant(word) + ending

    def _meant(self, word: str) -> str:
        if self._is_known(word) or not self._index.is_long_enough(word):
            return word
        for variant in plainer_variants(word):
            if self._is_known(variant):
                return variant
            near = self._near(variant) or self._english_near(variant)
            if near:
                return max(near, key=lambda known: (self._likelihood(variant, known), known))
        return word

    def _near(self, word: str) -> set[str]:
        # A letter typed twice is the likeliest slip, in short words too: "hhey" is no "they".
        return self._index.near(word) | (self.counts.keys() & set(without_a_double(word)))

    def _is_known(self, word: str) -> bool:
        return word in self.counts or word in self._english

    def _english_near(self, word: str) -> set[str]:
        return {edit for edit in edits(word) if len(edit) >= SHORTEST and edit in self._english}

    def _likelihood(self, typed: str, known: str) -> float:
        return math.log(self.counts.get(known, 1)) - _unlikeliness(typed, known)


def _unlikeliness(typed: str, known: str) -> float:
    if not known.startswith(typed[0]):
        return OTHER_FIRST_LETTER
    if is_swap(typed, known) or is_letter_twice(typed, known):
        return 0.0
    return ONE_MISSING if len(typed) < len(known) else OTHER_LETTER
