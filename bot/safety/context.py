"""Tell what is happening from what is denied, past, supposed, or asked about in general.

After the ConText algorithm (Harkema, Dowling, Thornblade and Chapman, 2009): cue phrases near a finding, in its clause.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import Any

from bot.safety.reading import Reader, Reading
from bot.safety.spans import Span, without_masked
from bot.safety.wordings import Wordings

# "Heart attack!!" and "stroke symptoms" are cries for help, not history.
_A_CRY = 4
_CUED = ("negation", "over", "past", "general_before", "general_after", "supposed")
# Cues, and the wordings in which they are none.
_EXCEPTIONS = {**{kind: f"not_{kind}" for kind in _CUED}, "person": "asker"}


class Status(IntEnum):
    """How real a finding is, the least real first."""

    GENERAL = 0
    UNREAL = 1
    HAPPENING = 2


@dataclass(frozen=True)
class Reach:
    """How many words away a cue still counts."""

    before: int
    after: int


class Surroundings:
    """What one message says around its findings."""

    def __init__(
        self,
        reading: Reading,
        cues: Mapping[str, Sequence[Span]],
        reaches: Mapping[str, Reach],
        clause_ends: Mapping[str, frozenset[str]],
    ) -> None:
        self._words = reading.words
        self._cues = cues
        self._reaches = reaches
        self._clause_ends = clause_ends
        self._names_a_person = bool(cues.get("person"))

    def status(self, span: Span, *, is_event: bool) -> Status:
        """Return how real the finding at `span` is.

        An event's bare name counts as past, unless it is nearly all that is said.
        """
        if self._is_general(span):
            return Status.UNREAL if self._names_a_person or self._is_near("recent", span) else Status.GENERAL
        if self.is_denied(span) or self.is_past(span) or self._has("over", span) or self._is_supposed(span):
            return Status.UNREAL
        is_history = is_event and len(self._words) > _A_CRY and not self._is_recent(span)
        return Status.UNREAL if is_history else Status.HAPPENING

    def is_denied(self, span: Span) -> bool:
        """Say whether the finding at `span` is said not to be."""
        return self._has("negation", span)

    def is_past(self, span: Span) -> bool:
        """Say whether the finding at `span` lies back, with nothing recent beside it."""
        return self._has("past", span) and not self._is_recent(span)

    def _is_supposed(self, span: Span) -> bool:
        return self._has("supposed", span) and not self._is_near("claimed", span)

    def _is_general(self, span: Span) -> bool:
        is_told = self._is_owned(span) or self._is_near("claimed", span)
        return not is_told and (self._has("general_before", span) or self._has("general_after", span))

    def _is_owned(self, span: Span) -> bool:
        """Say whether the finding is somebody's ("what could cause my chest pain"): no question makes it general."""
        start = max(0, span.start - 3)
        return any(start <= owner.start < span.start for owner in self._cues.get("owned", ()))

    def _is_recent(self, span: Span) -> bool:
        return self._is_near("recent", span) or self._is_near("weakly_recent", span)

    def _is_near(self, kind: str, span: Span) -> bool:
        """Say whether a cue stands in the finding's sentence or beside it."""
        sentence = self._words[span.start].sentence
        return any(abs(self._words[cue.start].sentence - sentence) <= 1 for cue in self._cues.get(kind, ()))

    def _has(self, kind: str, span: Span) -> bool:
        return any(self._reaches_to(kind, cue, span) for cue in self._cues.get(kind, ()))

    def _reaches_to(self, kind: str, cue: Span, span: Span) -> bool:
        reach = self._reaches[kind]
        if cue.end <= span.start:
            return span.start - cue.end < reach.before and self._is_one_clause(kind, cue.end, span.start)
        if span.end <= cue.start:
            return cue.start - span.end < reach.after and self._is_one_clause(kind, span.end, cue.start)
        return False

    def _is_one_clause(self, kind: str, start: int, end: int) -> bool:
        """Say whether a cue of this kind reaches over the gap between two places."""
        if self._words[start - 1].sentence != self._words[end].sentence:
            return False
        between = [word.plain for word in self._words[start:end]]
        return self._clause_ends[kind].isdisjoint([*between, *map(" ".join, pairwise(between))])


class ContextRules:
    """The cue phrases of context.yml."""

    def __init__(self, reader: Reader, rules: Mapping[str, Any]) -> None:
        self._finder = Wordings(reader, dict(_wordings(rules)))
        self._reaches = {kind: _reach(kind, rules[kind]) for kind in _CUED}
        self._clause_ends = {
            kind: frozenset((*rules["clause_ends"], *rules[kind].get("clause_ends", ()))) for kind in _CUED
        }

    def read(self, reading: Reading) -> Surroundings:
        """Return what surrounds the findings of one message."""
        cues = self._finder.find(reading)
        kept: dict[str, list[Span]] = {}
        for kind, exception in _EXCEPTIONS.items():
            kept |= without_masked({kind: cues.pop(kind, [])}, cues.pop(exception, ()))
        return Surroundings(reading, {**cues, **kept}, self._reaches, self._clause_ends)


def _wordings(rules: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[str]]]:
    for kind in _CUED:
        yield kind, rules[kind]["cues"]
        yield _EXCEPTIONS[kind], rules[kind].get("not_cues", ())
    for kind in ("recent", "weakly_recent", "person", "asker", "owned", "claimed"):
        yield kind, rules.get(kind, ())


def _reach(kind: str, rule: Mapping[str, Any]) -> Reach:
    size = int(rule["reach"])
    return Reach(
        before=0 if kind in {"over", "general_after"} else size,
        after=size if kind in {"over", "past", "general_after"} else 0,
    )
