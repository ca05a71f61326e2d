"""Reads that look at many rows: on SQLite in a thread, so that the loop goes on meanwhile."""

import asyncio
from contextvars import copy_context
from functools import partial
from typing import Any

from sqlalchemy import Executable, Result
from sqlalchemy.ext.asyncio import AsyncSession

from storage.inline_sqlite import InlineSession


async def read_long(session: AsyncSession, statement: Executable) -> Result[*tuple[Any, ...]]:
    """Run a statement that counts a window of history and gives few rows.

    SQLite lets go of the interpreter while it counts. When cancelled, as often as may be, it waits
    for the end: nobody else may get the connection before.
    """
    if not isinstance(session, InlineSession):
        return await session.execute(statement)
    # No task: a loop that ends cancels all of those, and the thread would go on.
    count = partial(copy_context().run, session.sync_session.execute, statement)
    work = asyncio.get_running_loop().run_in_executor(None, count)
    cancelled: asyncio.CancelledError | None = None
    while not work.done():
        try:
            await asyncio.wait({work})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled:
        work.exception()  # is told to nobody: who waited for it is gone
        raise cancelled
    return work.result()
