"""Keeps the workspace's state in one SQLite file, so that a killed process finds it again."""

import json
import sqlite3
from pathlib import Path

from bot.workspace.shapes import Json

_SCHEMA = """
create table if not exists items (kind text, id text, value text not null, primary key (kind, id));
create table if not exists blobs (id text primary key, value blob not null);
"""


class Store:
    """Writes through, one statement at a time; without a path it keeps nothing.

    The write-ahead log survives `kill -9`: what a call has returned from is in the file.
    """

    def __init__(self, path: Path | None) -> None:
        self._db: sqlite3.Connection | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None)
            self._db.execute("pragma journal_mode=wal")
            self._db.execute("pragma synchronous=normal")
            self._db.executescript(_SCHEMA)

    def load(self, kind: str) -> list[tuple[str, Json]]:
        """Return all (id, value) of `kind`, ordered by id."""
        if self._db is None:
            return []
        rows = self._db.execute("select id, value from items where kind = ? order by id", (kind,))
        return [(row[0], json.loads(row[1])) for row in rows]

    def put(self, kind: str, key: str, value: Json) -> None:
        """Insert or replace one value."""
        if self._db is not None:
            self._db.execute(
                "insert or replace into items values (?, ?, ?)", (kind, key, json.dumps(value))
            )

    def delete(self, kind: str, key: str) -> None:
        """Forget one value; an unknown key is no error."""
        if self._db is not None:
            self._db.execute("delete from items where kind = ? and id = ?", (kind, key))

    def put_blob(self, key: str, value: bytes) -> None:
        """Keep the bytes of a file."""
        if self._db is not None:
            self._db.execute("insert or replace into blobs values (?, ?)", (key, value))

    def blob(self, key: str) -> bytes | None:
        """Return the bytes of a file, or None."""
        if self._db is None:
            return None
        row = self._db.execute("select value from blobs where id = ?", (key,)).fetchone()
        return None if row is None else bytes(row[0])

    def close(self) -> None:
        """Release the file."""
        if self._db is not None:
            self._db.close()
            self._db = None
