"""Find the word of ours that a mistyped word was meant to be.

Only words that are not English as they stand are touched, so "heat" never becomes "heart".
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from bot.safety.edits import EditIndex, is_swap

_SHORTEST_REPAIRED = 5
_SHORTEST_SWAPPED = 4
_SHORTEST_PART = 4
_LONGEST_PART = 16
_LEET = str.maketrans("013457@$!", "oieastasi")


class Speller:
    """Repairs words towards ranked vocabularies: where two words fit, the earlier vocabulary wins."""

    def __init__(
        self, vocabularies: Sequence[Collection[str]], english: Collection[str], fixes: Mapping[str, str]
    ) -> None:
        self._rank = _ranks(vocabularies)
        self._english = english
        self._fixes = fixes
        self._index = EditIndex(self._rank, shortest=_SHORTEST_REPAIRED, shortest_swapped=_SHORTEST_SWAPPED)

    def words(self, word: str) -> Sequence[str]:
        """Return what a lower-case word stands for: itself, its repair, or the several words that were run together."""
        fixed = self._fixes.get(word)
        if fixed is not None:
            return fixed.split()
        if self.knows(word) or not self._index.is_long_enough(word):
            return (word,)
        return self._repaired(word)

    def knows(self, word: str) -> bool:
        """Say whether the word is one of ours or plain English."""
        return word in self._rank or word in self._english

    def parts(self, letters: str) -> list[str] | None:
        """Split letters without spaces into known words, the longest first; None where that cannot be done."""
        parted: list[list[str] | None] = [[]]
        for start in reversed(range(len(letters))):
            parted.insert(0, self._parts_from(letters[start:], parted))
        return parted[0]

    def _parts_from(self, letters: str, behind: Sequence[list[str] | None]) -> list[str] | None:
        for size in range(min(len(letters), _LONGEST_PART), 0, -1):
            rest = behind[size - 1]
            if rest is not None and self._can_stand_alone(letters[:size]):
                return [letters[:size], *rest]
        return None

    def _can_stand_alone(self, word: str) -> bool:
        return word in {"i", "a"} or (len(word) > 1 and self._is_part(word))

    def _repaired(self, word: str) -> Sequence[str]:
        for variant in plainer_variants(word):
            if self.knows(variant):
                return (variant,)
            neighbour = self._neighbour(variant)
            if neighbour is not None:
                return (neighbour,)
        return self._split(word) or (word,)

    def _neighbour(self, word: str) -> str | None:
        return min(self._index.near(word), key=lambda known: self._unlikeliness(word, known), default=None)

    def _unlikeliness(self, typed: str, known: str) -> tuple[int, bool, bool, str]:
        # A swap keeps all letters: "tightenss" is tightness, not tightens.
        return self._rank[known], known[0] != typed[0], not is_swap(typed, known), known

    def _split(self, word: str) -> Sequence[str]:
        """Split "chestpain" and "cantbreathe": two known words, at least one of them ours."""
        for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            left, right = word[:cut], word[cut:]
            if self._is_part(left) and self._is_part(right) and (left in self._rank or right in self._rank):
                return (*self.words(left), *self.words(right))
        return ()

    def _is_part(self, word: str) -> bool:
        return self.knows(word) or word in self._fixes


def _ranks(vocabularies: Sequence[Collection[str]]) -> dict[str, int]:
    return {word: rank for rank, words in reversed(list(enumerate(vocabularies))) for word in words}


def plainer_variants(word: str) -> Iterator[str]:
    """Yield the word with digits read as letters and long runs of a letter shortened ("helllp", "br3athe")."""
    yield word
    plain = word.translate(_LEET)
    if plain != word and not word.isdigit():
        yield plain
    for longest in (2, 1):
        squeezed = _squeezed(plain, longest)
        if squeezed != plain:
            yield squeezed


def _squeezed(word: str, longest: int) -> str:
    kept = ""
    for letter in word:
        if not kept.endswith(letter * longest):
            kept += letter
    return kept
