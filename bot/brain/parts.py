"""Find the questions in a message: "What does it cost and is it FDA approved?" holds two.

A part must be able to stand alone: it has a verb or a question word of its own. "risks and benefits" stays whole.
"""

from __future__ import annotations

import re

MAX_PARTS = 4
MIN_WORDS = 2
"""A shorter part ("Hi.", "Thanks!") is left out: without it the rest may well be a question."""

_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+")
_QUESTION_WORD = (
    r"what|how|why|when|where|who|which|whose|is|are|was|were|do|does|did|can|could|should|would|will|has|have|may"
)
_ALONE = re.compile(rf"\b(?:{_QUESTION_WORD}|i|i'm|i've|my)\b", re.IGNORECASE)
_JOINT = re.compile(
    rf"(?:,\s*|\s+)(?:and|but|also|plus|or)\s+(?:also\s+)?(?=(?:(?:{_QUESTION_WORD})(?:n't)?|i|my|i'm|i've)\b)|,\s+(?=(?:{_QUESTION_WORD})\s)",
    re.IGNORECASE,
)


def split(text: str) -> list[str]:
    """The parts of a message in their order; one part, the whole, where it cannot be taken apart.

    >>> split("what does it cost and is it fda approved?")
    ['what does it cost', 'is it fda approved?']
    """
    pieces = [piece for sentence in _SENTENCE_END.split(text) for piece in _questions(sentence.strip())]
    parts = [piece for piece in pieces if len(piece.split()) >= MIN_WORDS]
    return parts if 1 < len(parts) <= MAX_PARTS else [text]


def _questions(sentence: str) -> list[str]:
    pieces = [piece.strip() for piece in _JOINT.split(sentence)]
    return pieces if all(_ALONE.search(piece) for piece in pieces) else [sentence]
