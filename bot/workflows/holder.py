"""Hands the running engine's context to workflow functions, which the library calls by name."""

import asyncio
from typing import Any, Protocol

from bot.errors import Bug
from bot.services.context import Context


class Host(Protocol):
    """The engine, as its workflows see it."""

    def ended(self) -> None:
        """A run is over; another one may have its turn."""
        ...


_held: list[tuple[Context, Host]] = []
_running: dict[asyncio.Task[Any], tuple[str, str]] = {}
"""Runs of this process -> noun and id of what they work on."""


def hold(context: Context, host: Host) -> None:
    """Make `context` the one that workflows use from now on."""
    _held[:] = [(context, host)]


def release() -> None:
    """Forget it."""
    _held.clear()


def context() -> Context:
    """Return the context; raises Bug when no engine runs."""
    return _get()[0]


def enlist(noun: str, noun_id: str) -> None:
    """Note the calling workflow as running for a thing, so that `interrupt` finds it."""
    run = asyncio.current_task()
    if run is None:
        return
    host = _get()[1]

    def over(_: asyncio.Task[Any]) -> None:
        _running.pop(run, None)
        host.ended()

    _running[run] = (noun, noun_id)
    run.add_done_callback(over)


def running() -> list[str]:
    """Return the ids of the tasks whose runs are under way in this process."""
    return [noun_id for noun, noun_id in _running.values() if noun == "task"]


async def interrupt() -> None:
    """Cancel every running workflow and wait for it; its rows stay as after a kill."""
    runs = list(_running)
    for run in runs:
        run.cancel()
    await asyncio.gather(*runs, return_exceptions=True)


def _get() -> tuple[Context, Host]:
    if not _held:
        raise Bug("a workflow ran without an engine")
    return _held[0]
