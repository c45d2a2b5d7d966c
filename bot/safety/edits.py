"""Words one slip of the finger apart: a letter missing, added, changed, or two swapped.

Found by deleting letters on both sides, after W. Garbe's SymSpell.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from string import ascii_lowercase


class EditIndex:
    """Finds the known words that a typed word is one edit away from."""

    def __init__(self, words: Iterable[str], *, shortest: int, shortest_swapped: int) -> None:
        """Index words.

        Args:
            words: The known words, in small letters.
            shortest: Words of ours with fewer letters are found by swapped letters only.
            shortest_swapped: Words with fewer letters than this are not found at all.
        """
        self._shortest = shortest
        self._shortest_swapped = shortest_swapped
        self._by_deletion: dict[str, list[str]] = {}
        for word in filter(self.is_long_enough, words):
            for key in deletions(word):
                self._by_deletion.setdefault(key, []).append(word)

    def is_long_enough(self, word: str) -> bool:
        """Say whether a word may be repaired; too many words are one edit from a short one."""
        return len(word) >= self._shortest_swapped

    def near(self, word: str) -> set[str]:
        """Return the known words that are exactly one edit away."""
        found = {known for key in deletions(word) for known in self._by_deletion.get(key, ())}
        return {known for known in found if known != word and self._is_one_edit(word, known)}

    def _is_one_edit(self, typed: str, known: str) -> bool:
        if is_swap(typed, known):
            return True
        return len(known) >= self._shortest and (_is_one_letter_off(typed, known) or _is_one_change(typed, known))


def deletions(word: str) -> Iterator[str]:
    """Yield the word and what is left of it without each of its letters."""
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def edits(word: str) -> Iterator[str]:
    """Yield everything that one edit makes of a word, some of it twice: for vocabularies too large to index."""
    yield from deletions(word)
    for place in range(len(word)):
        before, letter, after = word[:place], word[place], word[place + 1 :]
        yield from (before + other + after for other in ascii_lowercase)
        yield from (before + other + letter + after for other in ascii_lowercase)
        yield before + after[:1] + letter + after[1:]
    yield from (word + other for other in ascii_lowercase)


def is_swap(typed: str, known: str) -> bool:
    """Say whether two letters that stand together changed places.

    >>> is_swap("saftey", "safety")
    True
    """
    match _different(typed, known):
        case [first, second]:
            return second == first + 1 and typed[first] == known[second] and typed[second] == known[first]
        case _:
            return False


def is_letter_twice(typed: str, known: str) -> bool:
    """Say whether one letter was typed twice.

    >>> is_letter_twice("saafety", "safety")
    True
    """
    return known in without_a_double(typed)


def without_a_double(word: str) -> Iterator[str]:
    """Yield the word without one of each pair of equal letters."""
    for place, (letter, after) in enumerate(pairwise(word)):
        if letter == after:
            yield word[:place] + word[place + 1 :]


def _is_one_letter_off(typed: str, known: str) -> bool:
    longer, shorter = (typed, known) if len(typed) > len(known) else (known, typed)
    return len(longer) == len(shorter) + 1 and shorter in deletions(longer)


def _is_one_change(typed: str, known: str) -> bool:
    return len(_different(typed, known)) == 1


def _different(typed: str, known: str) -> Sequence[int]:
    if len(typed) != len(known):
        return ()
    return [place for place, (one, other) in enumerate(zip(typed, known, strict=True)) if one != other]
