"""Hands the running engine's context to workflow functions, which the library calls by name."""

import asyncio
from typing import Any

from bot.errors import Bug
from bot.services.context import Context, Starter

_held: list[tuple[Context, Starter]] = []
_running: set[asyncio.Task[Any]] = set()


def hold(context: Context, starter: Starter) -> None:
    """Make `context` the one that workflows use from now on."""
    _held[:] = [(context, starter)]


def release() -> None:
    """Forget it."""
    _held.clear()


def context() -> Context:
    """Return the context; raises Bug when no engine runs."""
    return _get()[0]


def starter() -> Starter:
    """Return who starts further work; raises Bug when no engine runs."""
    return _get()[1]


def enlist() -> None:
    """Note the calling workflow as running, so that `interrupt` finds it."""
    task = asyncio.current_task()
    if task is not None:
        _running.add(task)
        task.add_done_callback(_running.discard)


def running() -> int:
    """Return how many workflows are at work in this process."""
    return len(_running)


async def interrupt() -> None:
    """Cancel every running workflow and wait for it; its rows stay as after a kill."""
    running = list(_running)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


def _get() -> tuple[Context, Starter]:
    if not _held:
        raise Bug("a workflow ran without an engine")
    return _held[0]
