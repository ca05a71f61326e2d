"""What happens when somebody asks the process to end."""

import asyncio
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")

INTERRUPTED = 130
"""The shell's exit code for a command ended by Ctrl-C."""


class Interrupted(Exception):
    """SIGINT or SIGTERM came before the work was done."""


async def until_told_to_stop() -> None:
    """Return at SIGINT or SIGTERM."""
    told = asyncio.Event()
    with _at_signals(told.set):
        await told.wait()


async def interruptible(work: Coroutine[Any, Any, T]) -> T:
    """Await `work`; at SIGINT or SIGTERM cancel it, let it clean up, and raise Interrupted.

    Handlers of our own also work where a shell started us in the background with SIGINT ignored.
    """
    task = asyncio.create_task(work)
    interrupted = False

    def interrupt() -> None:
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
def _at_signals(call: Any) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        loop.add_signal_handler(number, call)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
