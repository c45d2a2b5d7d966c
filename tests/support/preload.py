"""What the fork server loads before it forks the first process."""

from __future__ import annotations

import bot.asgi
from tests.support.processes import after_treatment, red_flags

__all__ = ["bot"]

red_flags()
after_treatment()
