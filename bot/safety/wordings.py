"""Find wordings with choices, such as `(can|could) not (even |)breathe`, in plain words.

Written out, the choices of one such line can be thousands of phrases; so each line becomes a chain of states
instead. All chains together become one deterministic automaton (the subset construction: Rabin and Scott, 1959), here
of fewer states than the chains have, so that following it over the words of a message is one look-up a word.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.safety.reading import Reader, Reading
from bot.safety.spans import Span

Numbers = Mapping[str, Sequence[Sequence[float]]]

_SLOT = re.compile(r"\(([^()]*)\)|([^()\s]+)")
_START = 0


class Wordings:
    """Named groups of wordings, of numbers in a range and of pairs by their first number, found in one pass."""

    def __init__(
        self,
        reader: Reader,
        groups: Mapping[str, Iterable[str]],
        numbers: Numbers | None = None,
        pairs: Numbers | None = None,
    ) -> None:
        chains = _Chains()
        for name, patterns in groups.items():
            for pattern in patterns:
                chains.add(name, list(_slots(reader, pattern)))
        self._steps, self._names = chains.as_one()
        self._numbers = numbers or {}
        self._pairs = pairs or {}

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
        state = _START
        for end in range(start, len(words)):
            after = self._steps[state].get(words[end])
            if after is None:
                return
            state = after
            for name in self._names[state]:
                yield name, Span(start, end + 1)

    def _add_numbers(self, reading: Reading, found: dict[str, list[Span]]) -> None:
        for place, word in enumerate(reading.words):
            for name in (*_in_range(word.number, self._numbers), *_in_range(word.upper, self._pairs)):
                found.setdefault(name, []).append(Span(place, place + 1))


class _Chains:
    """The lines as chains of states, which share their start: a word may lead from a state to several."""

    def __init__(self) -> None:
        self._steps: list[dict[str, list[int]]] = [{}]
        self._names: dict[int, list[str]] = {}

    def add(self, name: str, slots: Sequence[Sequence[tuple[str, ...]]]) -> None:
        """Add a line of a group."""
        states = {_START}
        for choices in slots:
            states = self._after(states, choices)
        for state in states - {_START}:
            self._names.setdefault(state, []).append(name)

    def as_one(self) -> tuple[list[dict[str, int]], list[Sequence[str]]]:
        """Return, for each state of the automaton, what each word leads to and which groups' wordings end there."""
        numbers = {frozenset({_START}): _START}
        sets, steps = [*numbers], list[dict[str, int]]()
        for states in sets:  # grows while it is read
            steps.append({})
            for word, after in self._together(states).items():
                if after not in numbers:
                    numbers[after] = len(sets)
                    sets.append(after)
                steps[-1][word] = numbers[after]
        return steps, [self._ending_in(states) for states in sets]

    def _together(self, states: frozenset[int]) -> dict[str, frozenset[int]]:
        after: dict[str, set[int]] = {}
        for state in states:
            for word, following in self._steps[state].items():
                after.setdefault(word, set()).update(following)
        return {word: frozenset(following) for word, following in after.items()}

    def _ending_in(self, states: frozenset[int]) -> Sequence[str]:
        return sorted({name for state in states for name in self._names.get(state, ())})

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


def _in_range(value: float | None, numbers: Numbers) -> Sequence[str]:
    if value is None:
        return ()
    return [name for name, ranges in numbers.items() if any(low <= value <= high for low, high in ranges)]


def _slots(reader: Reader, pattern: str) -> Iterator[list[tuple[str, ...]]]:
    for found in _SLOT.finditer(pattern):
        choices = [found[2]] if found[2] else found[1].split("|")
        yield [reader.wording(choice) for choice in choices]
