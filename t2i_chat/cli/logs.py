"""Configures logging (structlog), as lines or JSON; messages of people are never logged."""

from __future__ import annotations

import logging
import sys

import structlog


def configure_logs(*, as_json: bool, level: int = logging.INFO) -> None:
    """Sends structlog's events from `level` on to standard error, as lines or as JSON.

    Tracebacks show no local values, as those contain what people wrote.
    """
    renderer = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *((structlog.processors.format_exc_info,) if as_json else ()),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
