"""The life of a process that people or supervisors end: start, say so, work, end politely."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog

from bot.cli.bot_process import BotProcess
from bot.cli.process import memory
from bot.cli.signals import told_to_stop
from bot.errors import DatabaseAway, SettingInvalid
from storage.migrate import refusal
from storage.uow import Database

log = structlog.get_logger(__name__)

LOOK_SECONDS = 10.0
"""Ours: how soon a process sees that a newer program has migrated its database."""


async def live(bot: BotProcess, announce: Callable[[BotProcess], None]) -> None:
    """Run `bot` until SIGINT or SIGTERM; `announce` is called once it works.

    A second signal ends the process at once, and so does a lost lock (exit code 1).
    Raises UserFacingError for wrong settings, and when a newer program migrated the database.
    """
    memory.share_heap()
    with told_to_stop() as told:
        if not await _begun(bot, told):
            return
        try:
            memory.settle()
            announce(bot)
            await _worked(bot.runtime.context.database, told)
        finally:
            await bot.close()


async def _worked(database: Database, told: asyncio.Event) -> None:
    """Wait to be told to stop; raises SettingInvalid when a newer program takes the database over.

    What this one would write from then on may mean something else.
    """
    stop, newer = asyncio.create_task(told.wait()), asyncio.create_task(_newer(database))
    try:
        await asyncio.wait({stop, newer}, return_when=asyncio.FIRST_COMPLETED)
        if newer.done():
            raise newer.result()
    finally:
        stop.cancel()
        newer.cancel()
        # Before the database is closed: a look may be under way.
        await asyncio.gather(stop, newer, return_exceptions=True)


async def _newer(database: Database) -> SettingInvalid:
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        with suppress(DatabaseAway):
            async with database.read() as uow:
                if refused := await refusal(uow.session):
                    log.error("database.migrated_by_newer")
                    return refused


async def _begun(bot: BotProcess, told: asyncio.Event) -> bool:
    """Start `bot`; False when it was told to stop before: a start waits for Slack without end."""
    waiting = asyncio.create_task(told.wait())
    try:
        async with asyncio.timeout(None) as patience:

            def end(_: object) -> None:
                patience.reschedule(0)

            waiting.add_done_callback(end)
            try:
                await bot.__aenter__()  # which closes what it opened when it is cancelled
            finally:
                waiting.remove_done_callback(end)
    except TimeoutError:
        if not patience.expired():
            raise
        return False
    finally:
        waiting.cancel()
    return True
