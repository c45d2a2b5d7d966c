"""Why no brain gets ready: one line that the brain's keeper writes down and web shows to whoever looks after it."""

from __future__ import annotations

from pathlib import Path

from bot.whole_file import write_whole

LONGEST = 300


class FailureFile:
    """A file that holds the reason, and is there only while there is one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def reason(self) -> str | None:
        """The last reason; none if no brain failed lately."""
        try:
            return self._path.read_text()
        except OSError:
            return None

    def write(self, reason: str) -> None:
        """Put down the reason; an empty one takes the file away."""
        if not reason:
            self._path.unlink(missing_ok=True)
        elif self.reason() != reason[:LONGEST]:
            write_whole(self._path, reason[:LONGEST])
