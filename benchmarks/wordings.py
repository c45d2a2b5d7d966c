"""Questions in wordings that nobody used before, so that no cache of either system answers for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

OPENINGS = (
    *(
        "hello,",
        "hi there,",
        "good morning,",
        "good evening,",
        "quick question:",
        "i was wondering,",
        "tell me,",
    ),
    *(
        "just curious,",
        "sorry to bother you,",
        "one more thing,",
        "next question:",
        "can you tell me,",
        "ok,",
    ),
)
CLOSINGS = (
    *("", "thanks", "thank you", "please", "many thanks", "cheers", "thanks a lot", "thank you so much"),
    *("thanks in advance", "appreciate it", "much appreciated", "ty", "thx"),
)


class Wordings:
    """Says each question in one wording after another; no text comes twice."""

    def __init__(self, questions: Sequence[str]) -> None:
        self._texts = _texts(questions)

    def next(self) -> str:
        """A text that was not said before."""
        return next(self._texts)

    def take(self, count: int) -> list[str]:
        """So many of them."""
        return [self.next() for _ in range(count)]


def _texts(questions: Sequence[str]) -> Iterator[str]:
    for closing, opening in product(CLOSINGS, OPENINGS):
        for question in questions:
            yield f"{opening} {question} {closing}".strip()
