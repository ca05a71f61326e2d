"""The life of a process that people or supervisors end: start, say so, work, end politely."""

import asyncio
from collections.abc import Callable

from bot.cli.bot_process import BotProcess
from bot.cli.process import memory
from bot.cli.signals import told_to_stop


async def live(bot: BotProcess, announce: Callable[[BotProcess], None]) -> None:
    """Run `bot` until SIGINT or SIGTERM; `announce` is called once it works.

    A second signal ends the process at once, and so does a lost lock (exit code 1).
    Raises UserFacingError for wrong settings.
    """
    memory.share_heap()
    with told_to_stop() as told:
        if not await _begun(bot, told):
            return
        try:
            memory.settle()
            announce(bot)
            await told.wait()
        finally:
            await bot.close()


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
