"""Which of the languages that there are words in fits a language tag."""

from __future__ import annotations

from collections.abc import Collection

DEFAULT_LANGUAGE = "en"


def best_language(wanted: str, known: Collection[str]) -> str:
    """The known language for a tag such as `es-MX`; the default if there is none.

    >>> best_language("es-MX", {"en", "es"})
    'es'
    """
    base = wanted.lower().split("-")[0]
    return base if base in known else DEFAULT_LANGUAGE
