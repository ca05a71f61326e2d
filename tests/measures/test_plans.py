"""What the keys cost: every table of facts is looked at by an index, so history costs nothing."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, text

from bot.domain.dora import Window
from storage.engine import database_url, open_engine
from storage.uow import Database
from tests.measures.story import WINDOW, told
from tests.measures.test_dora import know_services, tell
from tests.support.databases import migrated_file

_LOOKED = re.compile(r"(?P<how>SCAN|SEARCH) (?P<what>\w+)(?P<rest>.*)")
_BY_TIME = re.compile(r"\w+_at[<>]\?")


async def test_no_table_of_facts_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "t.db"
    await migrated_file(file)
    async with opened(file) as database:
        async with database.begin() as uow:
            await know_services(uow)
            await tell(uow, told())  # without an incident, failures are not counted at all
        for window in (WINDOW, Window(WINDOW.since, WINDOW.until, "orders")):
            steps = await _plans(database, window)
            assert sum("deployment" in step for step in steps) > 5
            assert [step for step in steps if _is_whole(step)] == []
        async with database.begin() as uow:
            await uow.session.execute(text("DROP INDEX ix_pull_request_origin"))
    async with opened(file) as database:  # and it would be noticed
        assert any(_is_whole(step) for step in await _plans(database, WINDOW))


@asynccontextmanager
async def opened(file: Path) -> AsyncIterator[Database]:
    """Yield a database on new connections: SQLite keeps the plans of those that it knows."""
    database = Database(open_engine(database_url(f"sqlite:///{file}")))
    try:
        yield database
    finally:
        await database.close()


def _is_whole(step: str) -> bool:
    """Whether SQLite reads a table of facts without an index that knows the moment."""
    found = _LOOKED.match(step)
    facts = ("deployment", "pull_request", "incident_fact")
    if found is None or not found["what"].startswith(facts):
        return False
    return found["how"] == "SCAN" or not _BY_TIME.search(found["rest"])


async def _plans(database: Database, window: Window) -> list[str]:
    said: list[tuple[str, Any]] = []
    async with database.read() as uow:
        connection = uow.session.sync_session.connection()

        def note(_c: Any, _cursor: Any, query: str, values: Any, *_: Any) -> None:
            said.append((query, values))

        event.listen(connection, "before_cursor_execute", note)
        await uow.dora.all("T1", window)
        event.remove(connection, "before_cursor_execute", note)
        return [
            str(row[-1])
            for query, values in said
            if query.startswith("SELECT")
            and "_at" in query  # else it only asks whether there is any
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)
        ]
