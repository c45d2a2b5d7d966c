"""Emergencies that are typed into a sheet instead of the chat."""

from __future__ import annotations

from collections.abc import Iterable

from bot.prep.guide import Guides
from bot.safety.red_flags import RedFlags

SELF_HARM = "self_harm"


class EmergencyWatch:
    """Reads what a patient writes on the sheet as the chat reads messages."""

    def __init__(self, red_flags: RedFlags, guides: Guides) -> None:
        self._red_flags = red_flags
        self._guides = guides

    def words_for(self, texts: Iterable[str], language: str) -> tuple[str, bool] | None:
        """The fixed words to show first if one of the texts is a clear emergency, and whether it is self-harm."""
        results = [result for result in map(self._red_flags.check, texts) if result.level == "clear"]
        if not results:
            return None
        guide, is_self_harm = self._guides.in_language(language), any(item.category == SELF_HARM for item in results)
        return (guide.self_harm if is_self_harm else guide.emergency), is_self_harm
