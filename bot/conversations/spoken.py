"""Words in more than one language, each paragraph with its own: a screen reader is to read each as it is written."""

from __future__ import annotations

from dataclasses import dataclass

BETWEEN = "\n\n"


@dataclass(frozen=True)
class Spoken:
    """Fixed words of the assistant, in Markdown, and the language of each of their paragraphs, in order.

    Without languages all of it is in the one that the assistant speaks.
    """

    text: str
    languages: tuple[str, ...] = ()

    @classmethod
    def in_turn(cls, *passages: tuple[str, str]) -> Spoken:
        """Passages, each a language and its words, one below the other."""
        paragraphs = [(language, part) for language, words in passages for part in words.strip().split(BETWEEN)]
        return cls(BETWEEN.join(part for _, part in paragraphs), tuple(language for language, _ in paragraphs))
