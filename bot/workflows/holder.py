"""Hands the running engine's context to workflow functions, which the library calls by name."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, Protocol

from bot.errors import Bug
from bot.services.context import Context


class Host(Protocol):
    """The engine, as its workflows see it."""

    def ended(self) -> None:
        """A run is over; another one may have its turn."""
        ...


class _Waiters:
    """Those who wait for the same run."""

    def __init__(self) -> None:
        self.here: list[asyncio.Future[None]] = []
        self.left = asyncio.Event()
        """Set once all of them have gone on."""


_held: list[tuple[Context, Host]] = []
_running: dict[asyncio.Task[Any], tuple[str, str]] = {}
"""Runs of this process -> noun and id of what they work on."""
_worked: set[asyncio.Task[Any]] = set()
"""Those that only write down that they are over."""
_awaited: dict[str, _Waiters] = {}
"""Who waits for a run that is not over, by the library's id of it."""

_expected: dict[str, asyncio.Event] = {}
"""Tasks whose runs were started and have not said yet that they are under way."""

BEGIN_SECONDS = 1.0
"""Ours: how long a run that was started may take to say so; one that another process works never
does. The library goes through a thread before, which takes milliseconds."""
NOTE_SECONDS = 5.0
"""Ours: how long the note of a run's end may take; without it the run begins again, to no end."""
_NOTE_AFTER_SECONDS = 0.03
"""Ours: the note goes through threads, which would take the interpreter, some milliseconds, from
whoever has just waited and goes on."""


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
        _worked.discard(run)
        host.ended()

    _running[run] = (noun, noun_id)
    run.add_done_callback(over)
    if (expected := _expected.get(noun_id)) is not None:
        expected.set()


@asynccontextmanager
async def expecting(task_ids: Iterable[str]) -> AsyncIterator[None]:
    """Start runs of these tasks inside; ends once each counts as running, or soon after."""
    events = {task_id: asyncio.Event() for task_id in task_ids}
    _expected.update(events)
    try:
        yield
        with suppress(TimeoutError):
            async with asyncio.timeout(BEGIN_SECONDS):
                for event in events.values():
                    await event.wait()
    finally:
        for task_id in events:
            _expected.pop(task_id, None)


async def worked(workflow_id: str) -> None:
    """Say that the calling workflow has stored all that it does; the library notes its end next.

    Who waits for it goes on before that.
    """
    if (run := asyncio.current_task()) in _running:
        _worked.add(run)
    # Whoever comes from now on waits for the note: to wait for them here would be for ever.
    if (waiters := _awaited.pop(workflow_id, None)) is not None:
        for waiting in waiters.here:
            if not waiting.done():
                waiting.set_result(None)
        await waiters.left.wait()
        await asyncio.sleep(_NOTE_AFTER_SECONDS)


@contextmanager
def awaiting(workflow_id: str) -> "Iterator[asyncio.Future[None]]":
    """Yield what is done once a workflow has called `worked`; never by one that runs elsewhere."""
    waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    waiters = _awaited.setdefault(workflow_id, _Waiters())
    waiters.here.append(waiting)
    try:
        yield waiting
    finally:
        waiting.cancel()
        waiters.here.remove(waiting)
        if not waiters.here:
            waiters.left.set()
            if _awaited.get(workflow_id) is waiters:
                del _awaited[workflow_id]


def running() -> list[str]:
    """Return the ids of the tasks whose runs are under way in this process."""
    return [noun_id for noun, noun_id in _running.values() if noun == "task"]


async def interrupt() -> None:
    """Cancel every running workflow and wait for it; its rows stay as after a kill.

    Those that have done their work may write that down first.
    """
    told = set(_running) - _worked
    for run in told:
        run.cancel()
    if _worked:
        await asyncio.wait(set(_worked), timeout=NOTE_SECONDS)
    for run in set(_running) - told:  # what has begun meanwhile, too: nobody else would end it
        run.cancel()
    await asyncio.gather(*list(_running), return_exceptions=True)


def _get() -> tuple[Context, Host]:
    if not _held:
        raise Bug("a workflow ran without an engine")
    return _held[0]
