"""Files that others read while they are written."""

from __future__ import annotations

from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Replace a file, so that whoever reads it finds the old text or the new one, never a part.

    Raises:
        OSError: It cannot be written; the old file stands.
        UnicodeEncodeError: The text holds half a character; the old file stands.
    """
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
