"""How long a patient's token opens its conversation: devices are shared, and tabs stay open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

type Clock = Callable[[], datetime]
"""Tells the present moment, in UTC."""

RENEW_AFTER = timedelta(minutes=1)
"""A use renews a token that was not renewed for so long (of a short life, a sixth of it), so that not every read is a
write. The widget, which counts the time too, ends that much earlier."""


@dataclass(frozen=True, kw_only=True)
class TokenLife:
    """A token dies when nobody uses it for a while, and in any case some days after it was given."""

    idle: timedelta = timedelta(minutes=60)
    whole: timedelta = timedelta(days=30)

    def is_over(self, *, issued_at: datetime, last_used_at: datetime, moment: datetime) -> bool:
        """Whether it is dead at this moment."""
        return moment - last_used_at >= self.idle or moment - issued_at >= self.whole

    def wants_renewal(self, *, last_used_at: datetime, moment: datetime) -> bool:
        """Whether a use at this moment is to be written down."""
        return moment - last_used_at >= min(RENEW_AFTER, self.idle / 6)
