"""What is told to somebody whose words could not be taken: whoever is refused is still to learn whom to call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.conversations.phrases import Phrases
from bot.conversations.responder import warning_name
from bot.conversations.spoken import Spoken
from bot.languages import DEFAULT_LANGUAGE
from bot.safety.red_flags import RedFlagResult, RedFlags

MOST_READ = 6_000
"""Characters, of all texts together: the floor reads some 80 of them in a millisecond, and a flood is refused too."""


class RefusedWords:
    """Reads refused words by the floor alone; it stores nothing and promises nothing."""

    def __init__(self, red_flags: RedFlags, phrases: Phrases) -> None:
        self._red_flags = red_flags
        self._phrases = phrases

    def warning(self, texts: Iterable[str]) -> Spoken | None:
        """The fixed words for a clear or possible red flag in these texts; none if there is none."""
        found = [flags for flags in map(self._red_flags.check, _bounded(texts)) if flags.level]
        return self._words(min(found, key=lambda flags: flags.level != "clear")) if found else None

    def _words(self, flags: RedFlagResult) -> Spoken:
        """In the language that raised the flag first, if there are words in that."""
        name = f"{warning_name(flags)}_refused"
        names = {flags.language: f"{name}_{flags.language}", DEFAULT_LANGUAGE: name}
        known = [(language, own) for language, own in names.items() if self._phrases.has(own)]
        return Spoken.in_turn(*((language, self._phrases.say(own)) for language, own in known))


def _bounded(texts: Iterable[str]) -> Iterator[str]:
    """As many of the texts as are read; of one that is too long the beginning and the end."""
    left = MOST_READ
    for text in texts:
        half = left // 2
        yield from [text] if len(text) <= left else [text[:half], text[-half:]]
        left -= len(text)
        if left <= 1:
            return
