"""Find concepts in a message: phrases of the lexicons, numbers in a range, and concepts that stand near each other."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from spacy.matcher import PhraseMatcher

from bot.safety.lexicon import expand_all
from bot.safety.reading import Reader, Reading

Numbers = Mapping[str, Sequence[Sequence[float]]]
# Far more places than a sane message names; a bound on the work that a hostile one can ask for.
_MOST_PLACES = 12


@dataclass(frozen=True)
class Span:
    """Words `start` up to, not including, `end`."""

    start: int
    end: int

    def holds(self, other: "Span") -> bool:
        """Say whether the other span lies inside this one."""
        return self.start <= other.start and other.end <= self.end


Found = Mapping[str, Sequence[Span]]


@dataclass(frozen=True)
class Near:
    """Concepts that mean something together: within so many words, or anywhere in the message where `within` is None."""

    concepts: Sequence[str]
    within: int | None = 1

    @classmethod
    def parse(cls, entry: Mapping[str, Any]) -> "Near":
        """Read `{all: [a, b], within: 6}`; `within: message` is anywhere."""
        within = entry.get("within", 1)
        return cls(entry["all"], None if within == "message" else int(within))

    def places(self, found: Found) -> list[tuple[Span, ...]]:
        """Return every way in which the concepts stand together, one span for each concept."""
        options = [found.get(concept, ())[:_MOST_PLACES] for concept in self.concepts]
        return [spans for spans in product(*options) if self._is_near(spans)] if all(options) else []

    def _is_near(self, spans: Sequence[Span]) -> bool:
        if self.within is None:
            return True
        inner_start = min(span.end for span in spans)
        inner_end = max(span.start for span in spans)
        return inner_end - inner_start < self.within


class ConceptFinder:
    """Finds the named concepts in readings."""

    def __init__(self, reader: Reader, wordings: Mapping[str, Iterable[str]], numbers: Numbers) -> None:
        self._numbers = numbers
        self._matcher = PhraseMatcher(reader.vocab, attr="ORTH")
        self._names = {reader.vocab.strings.add(name): name for name in wordings}
        for name, patterns in wordings.items():
            wordings_read = {reader.wording(text) for text in expand_all(list(patterns))}
            self._matcher.add(name, [reader.doc(words) for words in wordings_read if words])

    def find(self, reading: Reading) -> dict[str, list[Span]]:
        """Return where each concept stands, in reading order; nothing inside a span of the concept "masks" counts."""
        found: dict[str, list[Span]] = {}
        for key, start, end in self._matcher(reading.doc):
            found.setdefault(self._names[key], []).append(Span(start, end))
        self._add_numbers(reading, found)
        return without_masked(found, found.pop("masks", ()))

    def _add_numbers(self, reading: Reading, found: dict[str, list[Span]]) -> None:
        for place, word in enumerate(reading.words):
            for name, ranges in self._numbers.items():
                if word.number is not None and any(low <= word.number <= high for low, high in ranges):
                    found.setdefault(name, []).append(Span(place, place + 1))


def without_masked(found: Mapping[str, Sequence[Span]], masks: Collection[Span]) -> dict[str, list[Span]]:
    """Drop the spans that lie inside a mask: wordings in which the word means something else."""
    return {
        name: kept for name, spans in found.items() if (kept := [span for span in spans if not any(mask.holds(span) for mask in masks)])
    }
