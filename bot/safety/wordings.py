"""Find wordings with choices, such as `(can|could) not (even |)breathe`, in plain words.

Written out, the choices of one such line can be thousands of phrases; so each line becomes a chain of states
instead, and all chains are followed together over the words of a message: a few dictionary look-ups a word.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.safety.reading import Reader, Reading
from bot.safety.spans import Span

Numbers = Mapping[str, Sequence[Sequence[float]]]

_SLOT = re.compile(r"\(([^()]*)\)|([^()\s]+)")
_START = 0


class Wordings:
    """Named groups of wordings, and of numbers in a range, found in one pass."""

    def __init__(self, reader: Reader, groups: Mapping[str, Iterable[str]], numbers: Numbers | None = None) -> None:
        self._steps: list[dict[str, list[int]]] = [{}]
        self._names: dict[int, list[str]] = {}
        self._numbers = numbers or {}
        for name, patterns in groups.items():
            for pattern in patterns:
                self._add(name, list(_slots(reader, pattern)))

    def find(self, reading: Reading) -> dict[str, list[Span]]:
        """Return where each group is worded, in reading order."""
        words = [word.plain for word in reading.words]
        found: dict[str, list[Span]] = {}
        for start in range(len(words)):
            for name, span in self._found_from(words, start):
                found.setdefault(name, []).append(span)
        self._add_numbers(reading, found)
        return found

    def _found_from(self, words: Sequence[str], start: int) -> Iterator[tuple[str, Span]]:
        states: Iterable[int] = (_START,)
        for end in range(start, len(words)):
            states = {after for state in states for after in self._steps[state].get(words[end], ())}
            if not states:
                return
            for name in sorted({name for state in states for name in self._names.get(state, ())}):
                yield name, Span(start, end + 1)

    def _add_numbers(self, reading: Reading, found: dict[str, list[Span]]) -> None:
        for place, word in enumerate(reading.words):
            for name, ranges in self._numbers.items():
                if word.number is not None and any(low <= word.number <= high for low, high in ranges):
                    found.setdefault(name, []).append(Span(place, place + 1))

    def _add(self, name: str, slots: Sequence[Sequence[tuple[str, ...]]]) -> None:
        states = {_START}
        for choices in slots:
            states = self._after(states, choices)
        for state in states - {_START}:
            self._names.setdefault(state, []).append(name)

    def _after(self, states: set[int], choices: Sequence[tuple[str, ...]]) -> set[int]:
        """Add one slot behind some states; an empty choice lets it be left out."""
        end = self._new_state()
        for state in states:
            for words in filter(None, choices):
                self._chain(state, words, end)
        return states | {end} if () in choices else {end}

    def _chain(self, state: int, words: Sequence[str], end: int) -> None:
        for word in words[:-1]:
            between = self._new_state()
            self._steps[state].setdefault(word, []).append(between)
            state = between
        self._steps[state].setdefault(words[-1], []).append(end)

    def _new_state(self) -> int:
        self._steps.append({})
        return len(self._steps) - 1


def _slots(reader: Reader, pattern: str) -> Iterator[list[tuple[str, ...]]]:
    for found in _SLOT.finditer(pattern):
        choices = [found[2]] if found[2] else found[1].split("|")
        yield [reader.wording(choice) for choice in choices]
