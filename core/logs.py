"""Logging: short structured lines, never what somebody typed."""

from __future__ import annotations

import logging
import sys

import structlog


def init_logs(level: str) -> None:
    """Write JSON lines at or above a level to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
