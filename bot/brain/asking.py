"""Whether words ask something: by their marks and their order alone, in plain English."""

from __future__ import annotations

import re
from enum import Enum

_PRONOUN = r"(?:i|you|he|she|it|we|they|there|this|that|these|those|one|someone|anyone|people|patients|exosomes?)"
_NOUN = rf"(?:{_PRONOUN}|my|your|his|her|our|their|the|a|an|any|all|insurance|medicare|treatment|therapy)"
_BE = (
    r"(?:is|are|am|was|were|isn't|aren't|can|could|will|would|should|shall|must|can't|won't|shouldn't|does|doesn't|did)"
)
_DO = r"(?:do|don't|have|has|had|may|might)"
_VERB = rf"(?:{_BE}|{_DO})"
_ASKING_WORD = r"(?:what|which|who|whom|whose|where|when|why|how)"
# "what matters most is my family" and "how it feels to walk" ask nothing: their verb follows its subject.
_NO_SUBJECT = rf"(?!{_NOUN}\b|matters?\b|worr|bother|counts?\b|hurts?\b|happen)[\w'-]+"

_HEAD = re.compile(
    r"(?:(?:please|and|but|so|also|ok|okay|well|hi|hello|hey|first|then|or|um|sorry|thanks|thank you|no|yes)\b[ ,.!]*)*"
    r"(?:"
    rf"{_ASKING_WORD}(?:'s|'re)?(?: {_NO_SUBJECT}){{0,3}} {_VERB} (?:not )?\w+"
    rf"|{_ASKING_WORD}'(?:s|re) \w+"
    rf"|{_BE} {_NOUN}\b|(?:has|had|may|might) {_PRONOUN}\b"
    r"|(?:do|don't|have|haven't) (?:i|you|we|they|these|those|there|people|patients|exosomes|any of)\b"
    r"|(?:what|how) about\b|why not\b|what if\b"
    r"|(?:can you |could you |please )*(?:tell me|explain|give me|show me)\b"
    r")"
)
_INSIDE = re.compile(
    r"\b(?:(?:can|could|should|would|will|may|is|does|am) (?:i|it|this|that|they|he|she)|(?:do|are) (?:i|they|these))\b"
)
_CLAUSE = re.compile(r"[.!;:,\n]+ *| - | (?:and|but) (?=\w+)")
_OWN = re.compile(r"\b(?:i|i'm|i've|i'd|me|my|mine|myself|we|our|us|he|she|his|her|him)\b")


class Asking(Enum):
    """How sure it is that words ask something."""

    NO = "no"
    MAYBE = "maybe"
    YES = "yes"


def asking(text: str) -> Asking:
    """Whether a message, in small letters, asks something.

    >>> [asking(text).value for text in ("what are the risks", "i have lupus can i have it", "my knee hurts")]
    ['yes', 'maybe', 'no']
    """
    if "?" in text or any(_HEAD.match(clause) for clause in _CLAUSE.split(text)):
        return Asking.YES
    return Asking.MAYBE if _INSIDE.search(text) else Asking.NO


def is_about_self(text: str) -> bool:
    """Whether a message, in small letters, speaks of the writer or of someone close: "my", "I", "her"."""
    return _OWN.search(text) is not None
