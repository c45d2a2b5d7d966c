"""When the clinic is open, and what a patient may expect of a reply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from opening_hours import State

from bot.conversations.phrases import Phrases
from bot.settings import Settings
from bot.store.base import now

FARTHEST_OPENING = timedelta(days=366)


@dataclass(frozen=True)
class Outlook:
    """What is so at one moment; `opens_at` is set while the clinic is closed, and if it opens within a year."""

    open_now: bool
    opens_at: datetime | None
    reply_expected: str


class ReplyTimes:
    """Tells patients when somebody reads their question: what usually is, never a promise."""

    def __init__(self, settings: Settings, phrases: Phrases, clock: Callable[[], datetime] = now) -> None:
        self._times, self._zone = settings.opening_times, settings.zone
        self._phrases = phrases
        self._clock = clock

    def outlook(self) -> Outlook:
        """What is so now."""
        moment = self._clock().astimezone(self._zone)
        open_now = self._times.is_open(moment)
        opens_at = None if open_now else self._next_opening(moment)
        return Outlook(open_now, opens_at, self._reply_expected(opens_at, open_now=open_now))

    def _next_opening(self, moment: datetime) -> datetime | None:
        """The change that comes next may be to hours that are unknown, which are not promised."""
        intervals = self._times.intervals(moment, moment + FARTHEST_OPENING)
        return next((start for start, _, state, _ in intervals if state == State.OPEN), None)

    def _reply_expected(self, opens_at: datetime | None, *, open_now: bool) -> str:
        if open_now:
            return self._phrases.say("reply_expected_open")
        if opens_at is None:
            return self._phrases.say("reply_expected_unknown")
        return self._phrases.say("reply_expected_closed", **self._phrases.moment(opens_at))
