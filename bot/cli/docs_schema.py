"""The file that an empty SQLite database is made from: what all migrations come to."""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine

from storage import fresh
from storage.migrate import upgrade


def schema_sql() -> str:
    """Run all migrations on a database of its own and return its schema; takes about a second."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "schema.db"
        engine = create_engine(f"sqlite:///{file}")
        with engine.begin() as connection:
            upgrade(connection)
        engine.dispose()
        with closing(sqlite3.connect(file)) as made:
            return fresh.dump(made)
