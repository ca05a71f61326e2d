"""A sweep's loop over what is due: one row that breaks keeps no other waiting."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from bot.errors import DatabaseAway

log = structlog.get_logger(__name__)


@contextmanager
def stops_no_other(event: str, **ids: object) -> Iterator[None]:
    """Log what breaks inside as `event` with its ids, and go on; the next tick tries it again.

    Raises DatabaseAway: no other row would fare better.
    """
    try:
        yield
    except DatabaseAway:
        raise
    except Exception:
        log.exception(event, **ids)
