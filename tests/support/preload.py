"""What the fork server loads before it forks the first process."""

from __future__ import annotations

import bot.asgi
from tests.support.processes import red_flags

__all__ = ["bot"]

red_flags()
