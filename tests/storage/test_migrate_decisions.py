"""Decisions that were made before votes and dates were known come up and are related, too."""

import json
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

import storage
from bot.domain.decision import DueKind
from storage.engine import database_url, open_engine
from storage.uow import Database
from tests.storage.rows import NOW

_BODY = {"title": "t", "context": "c", "outcome": "o", "services": ["billing"], "specialists": []}


async def test_older_decisions_are_filled_in(empty_database_url: str) -> None:
    engine = open_engine(database_url(empty_database_url))
    database = Database(engine)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, "0005")
            await _fill(connection)
            await connection.run_sync(_upgrade, "head")
        async with database.read() as uow:
            accepted = await uow.decisions.get("accepted")
            assert (accepted.quorum, accepted.rejection, accepted.approvers) == (1, "one", [])
            assert (accepted.author_id, accepted.expires_on, accepted.file_name) == (None, None, "")
            assert await uow.decision_parts.services("proposed") == ["billing"]
            due = await uow.decision_parts.due(now=NOW.replace(year=2100), limit=9)
        assert due == [("accepted", DueKind.REVIEW)]
    finally:
        await database.close()


async def _fill(connection: AsyncConnection) -> None:
    at = "2026-03-02 09:30:00"
    workspace = (
        "INSERT INTO workspace (id, name, last_task_number, last_decision_number, created_at)"
        f" VALUES ('T1', '', 0, 2, '{at}')"
    )
    thread = (
        "INSERT INTO thread (id, workspace_id, channel_id, root_ts, mention_only, created_at)"
        f" VALUES ('th', 'T1', 'C1', '1.0', false, '{at}')"
    )
    statements = [workspace, thread]
    statements += [
        "INSERT INTO decision (id, workspace_id, channel_id, thread_id, round, number, title,"
        " state, body, revision, review_by, reason, created_at, updated_at) VALUES"
        f" ('{state}', 'T1', 'C1', 'th', 1, {number}, 't', '{state}', :body, 1, '2026-09-01', '',"
        f" '{at}', '{at}')"
        for number, state in enumerate(("accepted", "proposed"), start=1)
    ]
    for statement in statements:
        given = {"body": json.dumps(_BODY)} if ":body" in statement else {}
        await connection.execute(text(statement), given)


def _upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    location = Path(storage.__file__).parent / "migrations"
    config.set_main_option("script_location", str(location))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
