"""Waits for a database that is away: a paid reply in hand must not be lost to its restart."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from bot.clock import Clock
from bot.errors import DatabaseAway

T = TypeVar("T")

log = structlog.get_logger(__name__)

FIRST_WAIT, LONGEST_WAIT = 0.2, 5.0
"""Seconds between tries, doubling: a restart takes seconds, a fail-over half a minute."""
PATIENCE = 600.0
"""Seconds until it is an outage that people must mend; the run then ends and is swept up."""


async def until_back(clock: Clock, work: Callable[[], Awaitable[T]]) -> T:
    """Return what `work` returns, trying again while the database is away.

    `work` is one transaction that may run twice: a commit whose answer got lost looks like none.
    Raises DatabaseAway after ten minutes.
    """
    began, wait = clock.monotonic(), FIRST_WAIT
    while True:
        try:
            return await work()
        except DatabaseAway as away:
            if clock.monotonic() - began > PATIENCE:
                raise
            log.warning("database.away", kind=away.kind, wait_seconds=wait)
            await clock.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)
