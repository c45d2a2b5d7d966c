"""What Rasa may say: its log must not hold what patients write.

Rasa logs message texts and slot values at DEBUG, and some at WARNING and ERROR: a message that looks like a command,
a form that rejects its input, an action server's error, an exception's text. So our process keeps Rasa's loggers at
WARNING, and of what remains it writes where and what kind, never Rasa's own sentence.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings

import structlog

OURS = "bot."
FOREIGN = ("rasa", "sanic", "aiohttp", "apscheduler", "sqlalchemy", "asyncio", "jsonschema", "py.warnings", "uvicorn")


class NoPatientText(logging.Filter):
    """Replaces what other people's code says by where it says it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let a record pass, without words that could be a patient's."""
        if not record.name.startswith(OURS):
            kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
            record.msg = f"{record.module}:{record.lineno} {kind}".rstrip()
            record.args, record.exc_info, record.exc_text, record.stack_info = None, None, None, None
        return True


def quieten() -> None:
    """Set up logging for a brain process: standard error, WARNING and above, no patient text."""
    os.environ["LOG_LEVEL"] = os.environ["LOG_LEVEL_LIBRARIES"] = "WARNING"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Libraries that Rasa imports set filters of their own; so warnings are dropped where they would be shown.
    warnings.showwarning = _show_nothing
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(NoPatientText())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("bot").setLevel(logging.INFO)
    # Rasa's structured logger prints by itself, every message's text among it, and is not asked for its level.
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL), cache_logger_on_first_use=True
    )
    for name in FOREIGN:
        _hand_over(logging.getLogger(name))


def _show_nothing(*_: object, **__: object) -> None:
    """Warnings of other people's code are for the tests, not for a clinic's log."""


def _hand_over(logger: logging.Logger) -> None:
    # Whatever handlers a library brought would write past our filter.
    logger.handlers.clear()
    logger.propagate = True
    logger.setLevel(logging.WARNING)
