"""The life of a process that people or supervisors end: start, say so, work, end politely."""

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
        async with bot:
            memory.settle()
            announce(bot)
            await told.wait()
