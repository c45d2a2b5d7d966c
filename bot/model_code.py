"""Which code, rules and examples a model was trained by: one of another version does not know what this one does."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@functools.cache
def code_hash() -> str:
    """The hash of all that decides what is in a model and how it is read, as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    for path in _files():
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _files() -> Iterator[Path]:
    yield from (ROOT / "config.yml", ROOT / "domain.yml")
    for folder in ("rules", "nlu"):
        yield from sorted((ROOT / "data" / folder).glob("*.yml"))
    yield from sorted((ROOT / "bot" / "brain").glob("*.py"))
