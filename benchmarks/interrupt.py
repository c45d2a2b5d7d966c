"""Being asked to end is like Ctrl-C: everything that was started is ended first."""

from __future__ import annotations

from types import FrameType


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """Handle SIGTERM."""
    raise KeyboardInterrupt
