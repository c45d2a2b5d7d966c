"""Read the word lists in data/safety: plain YAML, with `(a|b|)` for wordings that differ in one place."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

_CHOICE = re.compile(r"\(([^()]*)\)")


def read_yaml(path: Path) -> Mapping[str, Any]:
    """Return one file of data/safety; raises OSError or yaml.YAMLError, since a half-read safety list is worse than none."""
    with path.open(encoding="utf-8") as file:
        content: Mapping[str, Any] = yaml.safe_load(file)
    return content


def read_words(path: Path) -> frozenset[str]:
    """Return a file of one word a line."""
    return frozenset(path.read_text(encoding="utf-8").split())


def expand(pattern: str) -> Iterator[str]:
    """Yield every wording of a pattern: "(very|) sore (throat|neck)" has four."""
    found = _CHOICE.search(pattern)
    if found is None:
        yield " ".join(pattern.split())
        return
    for choice in found[1].split("|"):
        yield from expand(pattern[: found.start()] + choice + pattern[found.end() :])


def expand_all(patterns: Sequence[str]) -> list[str]:
    """Return the wordings of several patterns, each once, in the order written."""
    return list(dict.fromkeys(wording for pattern in patterns for wording in expand(pattern)))
