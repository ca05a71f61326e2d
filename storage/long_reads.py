"""Reads that look at many rows: on SQLite in a thread, so that the loop goes on meanwhile."""

import asyncio
from typing import Any

from sqlalchemy import Executable, Result
from sqlalchemy.ext.asyncio import AsyncSession

from storage.inline_sqlite import InlineSession


async def read_long(session: AsyncSession, statement: Executable) -> Result[*tuple[Any, ...]]:
    """Run a statement that counts a window of history and gives few rows.

    SQLite lets go of the interpreter while it counts. When cancelled, it waits for the end: nobody
    else may get the connection before.
    """
    if not isinstance(session, InlineSession):
        return await session.execute(statement)
    work = asyncio.ensure_future(asyncio.to_thread(session.sync_session.execute, statement))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait({work})
        raise
