"""The engine's own records of runs, read and deleted without launching an engine."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dbos import DBOSClient, WorkflowStatus
from sqlalchemy import inspect

from bot.workflows.serializer import JsonSerializer
from storage.files import database_file, engine_file
from storage.uow import Database

OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
"""The library's words for a run that will not go on."""


class Records:
    """Runs by id and by age; ids are `task:<id>:<run>` and `decision:<id>:<revision>:<asked>`."""

    def __init__(self, client: DBOSClient) -> None:
        self._client = client

    async def of_prefix(self, *prefixes: str) -> list[WorkflowStatus]:
        """Return the runs whose ids begin so, oldest first."""
        return await self._client.list_workflows_async(
            workflow_id_prefix=list(prefixes), load_input=False, load_output=False
        )

    async def over(self, *, before: str, limit: int, offset: int) -> list[str]:
        """Return ids of runs that were over before an ISO moment, oldest first."""
        found = await self._client.list_workflows_async(
            status=OVER,
            completed_before=before,
            limit=limit,
            offset=offset,
            load_input=False,
            load_output=False,
        )
        return [run.workflow_id for run in found]

    async def delete(self, workflow_ids: list[str]) -> None:
        """Forget runs with everything that belongs to them."""
        await self._client.delete_workflows_async(workflow_ids)


@asynccontextmanager
async def open_records(database: Database) -> AsyncIterator[Records | None]:
    """Yield the records of the engine on this database; None when none has ever run."""
    if not await _exist(database):
        yield None
        return
    logging.getLogger("dbos").setLevel(logging.WARNING)
    client = await asyncio.to_thread(_client, _url(database))
    try:
        yield Records(client)
    finally:
        await asyncio.to_thread(client.destroy)


async def _exist(database: Database) -> bool:
    if database.dialect == "sqlite":
        return engine_file(database_file(database.engine.url)).is_file()
    async with database.engine.connect() as connection:
        return await connection.run_sync(
            lambda sync: inspect(sync).has_table("workflow_status", schema="dbos")
        )


def _url(database: Database) -> str:
    if database.dialect == "sqlite":
        return f"sqlite:///{engine_file(database_file(database.engine.url))}"
    return database.engine.url.render_as_string(hide_password=False)


def _client(url: str) -> DBOSClient:
    return DBOSClient(
        system_database_url=url,
        serializer=JsonSerializer(),
        system_database_pool_size=2,
        retry_connection_errors=False,
    )
