"""Rows that waited before several processes were known get their lane and bucket."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

import storage
from bot.domain.lanes import bucket, lane
from storage.engine import database_url, open_engine

METHODS = ("chat.postMessage", "files.upload", "chat.update", "reactions.add")


async def test_waiting_rows_get_what_the_code_would_give_them(empty_database_url: str) -> None:
    engine = open_engine(database_url(empty_database_url))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, "0001")
            await connection.execute(
                text(
                    "INSERT INTO workspace (id, name, last_task_number, last_decision_number,"
                    " created_at) VALUES ('T1', '', 0, 0, '2026-11-01 00:00:00')"
                )
            )
            for method in METHODS:
                await connection.execute(
                    text(
                        "INSERT INTO outbox (workspace_id, channel_id, key, method, target_key,"
                        " payload, version, state, attempts, not_before, problem, created_at)"
                        " VALUES ('T1', 'C1', :method, :method, :target, '{}', 1, 'sending', 0,"
                        " '2026-11-01 00:00:00', '', '2026-11-01 00:00:00')"
                    ),
                    {"method": method, "target": "card" if method == "chat.update" else None},
                )
            await connection.run_sync(_upgrade, "head")
        async with engine.connect() as connection:
            rows = (
                await connection.execute(
                    text("SELECT method, lane, bucket, lease_until IS NULL FROM outbox")
                )
            ).all()
    finally:
        await engine.dispose()
    assert {row[0] for row in rows} == set(METHODS)
    for method, found_lane, found_bucket, no_lease in rows:
        place = {"workspace_id": "T1", "channel_id": "C1", "method": method}
        target = "card" if method == "chat.update" else ""
        assert found_lane == lane(**place, key=method, target_key=target)
        assert found_bucket == bucket(**place)
        assert not no_lease


def _upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    location = Path(storage.__file__).parent / "migrations"
    config.set_main_option("script_location", str(location))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
