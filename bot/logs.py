"""Logs: one JSON line an event, to standard error. Nothing a patient typed is ever passed to a logger."""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path

import structlog

_OUR_CODE = Path(__file__).resolve().parents[1]
_LIBRARIES = "/site-packages/"


class _KindAndPlaceOnly(logging.Filter):
    """Takes out the message and the traceback of an error, which may quote a patient."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        if record.exc_info and (error := record.exc_info[1]):
            record.msg, record.args = f"{type(error).__name__} at {place_of(error)}", ()
            record.exc_info = record.exc_text = None
        return True


_KIND_AND_PLACE_ONLY = _KindAndPlaceOnly()
LOG_ERRORS = ("uvicorn.error", "asyncio")
"""Who print errors that nobody caught, whole."""


def place_of(error: BaseException) -> str:
    """Where in our own code it was raised or came by: all that a log may hold of it besides its kind."""
    places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    own = [place for place in places if place.startswith(str(_OUR_CODE)) and _LIBRARIES not in place]
    return (own or places or ["unknown"])[-1]


def configure_logs(level: int = logging.INFO) -> None:
    """Set up structlog; keep libraries quiet that log addresses or bodies, and from quoting what an error says."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    for name in ("httpx", "httpcore", "rasa_sdk", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in LOG_ERRORS:
        logging.getLogger(name).addFilter(_KIND_AND_PLACE_ONLY)
