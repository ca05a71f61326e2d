"""Makes an empty SQLite database in one go, from a file, instead of by all migrations in turn.

Those take a second of CPU and 16 MB, which a first start, a terminal task and many a test need not
pay. `teamlead docs` writes the file from the migrations; a test compares. PostgreSQL migrates.
"""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

FILE: Final = Path(__file__).parent / "migrations" / "schema.sql"
_CONSTRAINTS: Final = re.compile(r"(?:^\tCONSTRAINT .*\n)+", re.MULTILINE)


def create(connection: Connection) -> None:
    """Make tables, indexes, triggers and the rows that migrations put in; commits nothing."""
    for statement in _statements(FILE.read_text("utf-8")):
        connection.exec_driver_sql(statement)


def dump(connection: sqlite3.Connection) -> str:
    """Return a database that was migrated, and has no rows but the migrations', as the file has it.

    What SQLite makes by itself (its own tables, a search index's parts) is left out.
    """
    tables = connection.execute("PRAGMA table_list")
    own = {name for _, name, kind, *_ in tables if kind != "shadow"}
    made = [
        (name, _settled(sql))
        for kind, name, sql in connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
            " ORDER BY instr('table index trigger', type), name"
        )
        if not name.startswith("sqlite_") and (kind != "table" or name in own)
    ]
    rows = [
        f"INSERT INTO {name} VALUES ({', '.join(map(_quoted, row))})"
        for name, sql in made
        if sql.startswith("CREATE TABLE")
        for row in connection.execute(f"SELECT * FROM {name}")
    ]
    return "".join(f"{each};\n" for each in [*(sql for _, sql in made), *rows])


def _settled(sql: str) -> str:
    """Return SQL in an order of its own: Alembic copies a table's constraints in any order."""
    lines = "".join(f"{line.rstrip()}\n" for line in sql.splitlines())
    return _CONSTRAINTS.sub(_sorted, lines).removesuffix("\n")


def _sorted(found: re.Match[str]) -> str:
    lines = found[0].splitlines()
    end = "," if lines[-1].endswith(",") else ""
    return ",\n".join(sorted(line.removesuffix(",") for line in lines)) + f"{end}\n"


def _quoted(value: str | int) -> str:
    """Return a value as SQL has it; migrations put in no others."""
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def _statements(script: str) -> Iterator[str]:
    """Yield one by one: a trigger has semicolons inside."""
    part = ""
    for line in script.splitlines(keepends=True):
        part += line
        if sqlite3.complete_statement(part):
            yield part
            part = ""
