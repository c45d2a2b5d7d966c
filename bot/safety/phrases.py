"""Wordings of data/safety, with their choices written out, for use inside a regular expression."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import product

_SLOT = re.compile(r"\(([^()]*)\)|([^()\s]+)")
_LIST = re.compile(r"<(\w+)>")


def any_of(wordings: Iterable[str], lists: Mapping[str, Sequence[str]] | None = None) -> str:
    """A regular expression for one of these wordings.

    Args:
        wordings: With `(a|b)` for a choice, `(a |)` for what may be left out, and `<name>` for a list. At the end of a
            word `+` stands for more of the same letter, and `*` for any ending.
        lists: The lists that wordings name.
    """
    phrases = (phrase for wording in wordings for phrase in _phrases(_with_lists(wording, lists or {})))
    return rf"(?:{'|'.join(map(_expression, phrases))})"


def _with_lists(wording: str, lists: Mapping[str, Sequence[str]]) -> str:
    """The wording with the words of its lists, in the choice around them or as a choice of their own."""
    slots = (found[0] if found[1] is not None else f"({found[0]})" for found in _SLOT.finditer(wording))
    return _LIST.sub(lambda found: "|".join(lists[found[1]]), " ".join(slots))


def _phrases(wording: str) -> Iterable[str]:
    choices = [(found[1] or found[2] or "").split("|") for found in _SLOT.finditer(wording)]
    return (" ".join(" ".join(words).split()) for words in product(*choices))


def _expression(phrase: str) -> str:
    return re.escape(phrase).replace(r"\+", "+").replace(r"\*", r"[\w'-]*").replace(r"\ ", " ")
