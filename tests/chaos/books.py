"""Reads a bot's database from outside, as an auditor who trusts none of its code."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import psycopg
from sqlalchemy.engine import make_url


class Unreadable(Exception):
    """The database cannot be read at this moment, e.g. because a test took it away."""


class Books:
    """The tables behind one database URL."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self.kind = parsed.get_backend_name()
        self._file = parsed.database or ""
        self._uri = parsed.set(drivername="postgresql").render_as_string(hide_password=False)

    def rows(self, query: str) -> Sequence[tuple[Any, ...]]:
        """Return the rows of `query`; raises Unreadable."""
        try:
            if self.kind == "sqlite":
                source = f"file:{self._file}?mode=ro"
                with closing(sqlite3.connect(source, uri=True, timeout=0.2)) as lite:
                    return lite.execute(query).fetchall()
            with psycopg.connect(self._uri, autocommit=True, connect_timeout=2) as big:
                return big.execute(query.encode()).fetchall()
        except (sqlite3.Error, psycopg.Error) as error:
            raise Unreadable(str(error)) from error

    def count(self, query: str) -> int:
        """Return the one number of `query`; raises Unreadable."""
        return int(self.rows(query)[0][0])

    def unfinished(self) -> int:
        """Return how many tasks have not ended."""
        return self.count(
            "SELECT count(*) FROM task WHERE state NOT IN ('done', 'stopped', 'failed')"
        )

    def unsent(self) -> int:
        """Return how many calls to Slack wait or are under way."""
        return self.count("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')")

    def progress(self) -> tuple[Any, ...]:
        """Return something that changes whenever a task, a call or a post gets on."""
        return (
            *self.rows("SELECT state, count(*) FROM task GROUP BY state ORDER BY state"),
            *self.rows("SELECT state, count(*) FROM model_call GROUP BY state ORDER BY state"),
            *self.rows("SELECT state, count(*) FROM outbox GROUP BY state ORDER BY state"),
        )
