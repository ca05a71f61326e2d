"""Sends logs to stderr, in the shape that the settings ask for; stdout belongs to the answer."""

import logging
import sys
from typing import Any

import structlog

from bot.settings import AppSettings


def set_up(settings: AppSettings, *, least: str | None = None) -> None:
    """Configure structlog; `least` overrides the settings' level."""
    level = getattr(logging, (least or settings.log_level).upper())
    logging.basicConfig(level=max(level, logging.WARNING), stream=sys.stderr, force=True)
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
