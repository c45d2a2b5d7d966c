"""Places in a message, and the concepts that were found there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

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
    """Concepts that mean something together: within so many words, or anywhere where `within` is None."""

    concepts: Sequence[str]
    within: int | None = 1

    @classmethod
    def parse(cls, entry: Mapping[str, Any]) -> "Near":
        """Read `{all: [a, b], within: 6}`; `within: message` is anywhere."""
        within = entry.get("within", 1)
        return cls(entry["all"], None if within == "message" else int(within))

    def places(self, found: Found) -> list[tuple[Span, ...]]:
        """Return every way in which the concepts stand together, one span for each concept."""
        if not all(map(found.get, self.concepts)):
            return []
        options = (found[concept][:_MOST_PLACES] for concept in self.concepts)
        return [spans for spans in product(*options) if self._is_near(spans)]

    def _is_near(self, spans: Sequence[Span]) -> bool:
        if self.within is None:
            return True
        first_end = min(span.end for span in spans)
        last_start = max(span.start for span in spans)
        return last_start - first_end < self.within


def without_masked(found: Found, masks: Collection[Span]) -> dict[str, list[Span]]:
    """Drop the spans that lie inside a mask: wordings in which the word means something else."""
    if not masks:
        return {name: list(spans) for name, spans in found.items()}
    kept = {
        name: [span for span in spans if not any(mask.holds(span) for mask in masks)] for name, spans in found.items()
    }
    return {name: spans for name, spans in kept.items() if spans}


def longest(spans: Collection[Span]) -> list[Span]:
    """Drop the spans that lie inside a longer one ("weak" in "weak immune system")."""
    return [span for span in spans if not any(other.holds(span) and other != span for other in spans)]


def joined(spans: Collection[Span]) -> list[Span]:
    """Join the spans that touch or overlap, in reading order."""
    whole: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if whole and span.start <= whole[-1].end:
            whole[-1] = cover((whole[-1], span))
        else:
            whole.append(span)
    return whole


def cover(spans: Collection[Span]) -> Span:
    """Return the span from the first word of some spans to their last."""
    return Span(min(span.start for span in spans), max(span.end for span in spans))
