"""Logs: one JSON line an event, to standard error. Nothing a patient typed is ever passed to a logger."""

from __future__ import annotations

import logging
import sys

import structlog


def place_of(error: Exception) -> str:
    """Where in the code it was raised: all that a log may hold of a defect, whose message may quote a patient."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "unknown"


def configure_logs(level: int = logging.INFO) -> None:
    """Set up structlog, and keep libraries that log addresses or bodies quiet."""
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
