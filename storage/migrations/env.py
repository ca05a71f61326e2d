"""Alembic's entry: migrates over the connection that it is handed, or over DATABASE_URL."""

import asyncio
import os
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection

from storage.engine import database_url, open_engine
from storage.models import Base
from storage.models.base import UtcDateTime


def _render(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column types by their names, everything else as Alembic does."""
    for ours, name in ((UtcDateTime, "UtcDateTime()"), (JSON, "Json")):
        if kind == "type" and isinstance(item, ours):
            autogen.imports.add(f"from storage.models.base import {name.removesuffix('()')}")
            return name
    return False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=_render,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _connect_and_run() -> None:
    engine = open_engine(database_url(os.environ["DATABASE_URL"]))
    async with engine.begin() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


if (given := context.config.attributes.get("connection")) is not None:
    _run(given)
else:
    asyncio.run(_connect_and_run())
