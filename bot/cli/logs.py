"""Sends logs to stderr, in the shape that the settings ask for; stdout belongs to the answer.

Its library is imported here first, and not told of rich: that would be 5 MB for a way to show stack
traces that we do not use.
"""

import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType
from typing import Any, TextIO, cast

from bot.domain.redaction import redact
from bot.settings import AppSettings

_shown_by_rich = "rich" in sys.modules
if not _shown_by_rich:
    sys.modules["rich"] = cast(ModuleType, None)  # an ImportError for who asks
try:
    import structlog
finally:
    if not _shown_by_rich:
        del sys.modules["rich"]

_worker: list[str] = []
"""This process's id, once it has one."""


def set_up(settings: AppSettings, *, least: str | None = None) -> None:
    """Configure structlog, and the libraries' loggers alike; `least` overrides the level."""
    level = getattr(logging, (least or settings.log_level).upper())
    shared: list[Callable[..., Any]] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        _add_worker,
        structlog.processors.format_exc_info,
        _keep_secrets_out,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=cast(TextIO, _Unfailing())),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(cast(TextIO, _Unfailing()))
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)


class _Unfailing:
    """Stderr, but a line that cannot be written, e.g. on a full disk, is no reason to stop work."""

    def __init__(self) -> None:
        self._stderr = sys.stderr

    def write(self, text: str) -> int:
        with suppress(OSError, ValueError):
            return self._stderr.write(text)
        return 0

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._stderr.flush()


def name_worker(worker_id: str) -> None:
    """Put the process's id on every line from now on, whichever task or thread writes it."""
    _worker[:] = [worker_id] if worker_id else []


def _add_worker(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    if _worker:
        event.setdefault("worker", _worker[0])
    return event


def _keep_secrets_out(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Our own lines hold ids only; a library's message or a stack trace may hold anything."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = redact(value)
    return event
