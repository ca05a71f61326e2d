"""What happens when somebody asks the process to end."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from bot.cli.process.lock_watch import leave

T = TypeVar("T")

INTERRUPTED = 130
"""The shell's exit code for a command ended by Ctrl-C."""


class Interrupted(Exception):
    """SIGINT or SIGTERM came before the work was done."""


@contextmanager
def told_to_stop() -> Iterator[asyncio.Event]:
    """Yield an event that the first SIGINT or SIGTERM sets; a second one ends the process at once.

    It holds for the whole block, so that ending is as interruptible as working.
    """
    told = asyncio.Event()

    def tell(number: int) -> None:
        if told.is_set():
            leave(128 + number)  # the shell's exit code for a process ended by a signal
        told.set()

    with _at_signals(tell):
        yield told


async def interruptible(work: Coroutine[Any, Any, T]) -> T:
    """Await `work`; at SIGINT or SIGTERM cancel it, let it clean up, and raise Interrupted.

    Handlers of our own also work where a shell started us in the background with SIGINT ignored.
    """
    task = asyncio.create_task(work)
    interrupted = False

    def interrupt(_number: int) -> None:
        nonlocal interrupted
        interrupted = True
        task.cancel()

    with _at_signals(interrupt):
        try:
            return await task
        except asyncio.CancelledError:
            if interrupted:
                raise Interrupted from None
            raise


@contextmanager
def _at_signals(call: Callable[[int], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        loop.add_signal_handler(number, call, number)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
