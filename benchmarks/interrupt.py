"""Being asked to end is like Ctrl-C: everything that was started is ended first."""

from __future__ import annotations

import signal
from types import FrameType


def end_tidily() -> None:
    """Let SIGTERM and Ctrl-C end this process, but not before what it started."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, interrupt)


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """Handle it once: being asked again must not keep what was started from being ended."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
