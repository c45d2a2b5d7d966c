"""A clock that a test sets."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.store.base import now


class SetClock:
    """Shows the moment of its making until time is let pass."""

    def __init__(self) -> None:
        self._moment = now()

    def __call__(self) -> datetime:
        """The moment that it shows."""
        return self._moment

    def pass_time(self, **amount: float) -> None:
        """Let time pass, in the words of `timedelta`."""
        self._moment += timedelta(**amount)
