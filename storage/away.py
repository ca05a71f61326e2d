"""Tells a database that is away for a while from a statement that is wrong."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from bot.errors import DatabaseAway

_SQLITE = ("locked", "disk is full", "disk i/o", "unable to open", "readonly", "no such savepoint")
"""What SQLite says of lock, disk and file; it files wrong statements under the same class. A
savepoint is missing when SQLite has given up the transaction around it."""


@contextmanager
def away_is_named() -> Iterator[None]:
    """Turn the driver's errors that time can mend into DatabaseAway."""
    try:
        yield
    except Exception as error:
        name_away(error)
        raise


def name_away(error: BaseException) -> None:
    """Raise DatabaseAway for an error of the driver that time can mend; nothing for all others."""
    if isinstance(error, NoConnectionFree):
        raise DatabaseAway("no_connection_free") from error
    if isinstance(error, DBAPIError) and _is_away(error):
        raise DatabaseAway(_word(error.orig)) from error


def _word(driver: BaseException | None) -> str:
    """Return what went wrong in a few words, for logs; SQLite's own sentence, e.g. of a full disk,
    while a server's error may quote a row."""
    if isinstance(driver, sqlite3.Error):
        return str(driver)
    return type(driver).__name__


_FOR_NOW = frozenset({"25006", "25P03", "25P04", "26000"})
"""PostgreSQL: read-only as after a fail-over, a transaction that it gave up waiting for, or a
prepared statement that it knows no more: another connection will do."""


def _is_away(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    if error.connection_invalidated or state in _FOR_NOW or _is_old_plan(error, state):
        return True
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    if (type(error.orig).__module__ or "").startswith("sqlite3"):
        said = str(error.orig).lower()
        return any(word in said for word in _SQLITE)
    return True


def _is_old_plan(error: DBAPIError, state: str | None) -> bool:
    """Whether a table was changed by a migration since a statement was prepared.

    Its text is in the server's language and its code that of much else; the place says it.
    """
    place = getattr(getattr(error.orig, "diag", None), "source_function", None)
    return state == "0A000" and place == "RevalidateCachedQuery"
