"""What is common to the lists in data/safety."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

_NO_MARKS = str.maketrans("()|", "   ")


def read_words(path: Path) -> frozenset[str]:
    """Return a file of one word a line."""
    return frozenset(path.read_text(encoding="utf-8").split())


def words_in(patterns: Iterable[str]) -> Iterator[str]:
    """Yield every word that stands in some patterns."""
    for pattern in patterns:
        yield from pattern.translate(_NO_MARKS).split()


def all_terms(lists: Mapping[str, Sequence[str]], *, but: str | None = None) -> Sequence[str]:
    """Return the terms of all lists of a file together, but for those of the list called `but`."""
    return [term for name, terms in lists.items() if name != but for term in terms]
