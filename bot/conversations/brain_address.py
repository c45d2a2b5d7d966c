"""Where the brain listens now: a fixed address, or the one that its keeper wrote down last."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from bot.errors import BrainUnavailableError
from bot.whole_file import write_whole


class BrainAddress(Protocol):
    """Says where the brain is."""

    def current(self) -> str:
        """The address to send the next message to.

        Raises:
            BrainUnavailableError: No brain has been ready yet.
        """


class FixedAddress:
    """A brain that never moves, as on another machine."""

    def __init__(self, url: str) -> None:
        self._url = url

    def current(self) -> str:
        """See `BrainAddress`."""
        return self._url


class AddressFile:
    """A file that names the brain which serves, so that a new model takes over between two messages."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[tuple[int, int], str] | None = None

    def current(self) -> str:
        """See `BrainAddress`; the file is read again only when it changed."""
        try:
            found = self._path.stat()
            version = (found.st_mtime_ns, found.st_ino)  # two writes can share a tick of the clock
            if self._read is None or self._read[0] != version:
                self._read = (version, self._path.read_text().strip())
        except OSError as error:
            raise BrainUnavailableError("no brain has been ready yet") from error
        return self._read[1]

    def write(self, url: str) -> None:
        """Send all further messages to this address."""
        write_whole(self._path, url)

    def clear(self) -> None:
        """No brain serves."""
        self._path.unlink(missing_ok=True)
