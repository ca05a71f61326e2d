"""Runs of a process that ends: those at work are cancelled, those that are over may say so."""

import asyncio
from collections.abc import Iterator
from typing import Any, cast

import pytest

from bot.services.context import Context
from bot.workflows import holder

PATIENCE = 20.0
"""Seconds until a test that hangs gives up; nothing is measured by it."""


class Host:
    """Counts what it is told."""

    ends = 0

    def ended(self) -> None:
        self.ends += 1


@pytest.fixture
def host() -> Iterator[Host]:
    host = Host()
    holder.hold(cast(Context, None), host)
    yield host
    holder.release()


async def _work(begun: asyncio.Event) -> None:
    holder.enlist("task", "at work")
    begun.set()
    await asyncio.Event().wait()


async def _note(end: asyncio.Event) -> None:
    holder.enlist("task", "over")
    await holder.worked("run")
    await end.wait()


async def _interrupt(*runs: "asyncio.Task[Any]") -> None:
    async with asyncio.timeout(PATIENCE):
        await holder.interrupt()
        await asyncio.wait(runs)


async def test_who_is_over_may_note_it_and_who_works_is_cancelled(host: Host) -> None:
    begun, end = asyncio.Event(), asyncio.Event()
    working, noting = asyncio.create_task(_work(begun)), asyncio.create_task(_note(end))
    await begun.wait()
    working.add_done_callback(lambda _: end.set())
    await _interrupt(working, noting)
    assert (working.cancelled(), noting.cancelled(), host.ends) == (True, False, 2)
    assert holder.running() == []


async def test_what_begins_while_another_notes_its_end_is_cancelled_too(host: Host) -> None:
    """The library takes up lost runs until it is closed, which comes after this."""
    end = asyncio.Event()
    noting = asyncio.create_task(_note(end))
    await asyncio.sleep(0)
    interrupting = asyncio.create_task(_interrupt(noting))
    await asyncio.sleep(0)
    late = asyncio.create_task(_work(end))
    await interrupting
    assert (late.cancelled(), noting.cancelled(), host.ends) == (True, False, 2)


async def test_a_note_that_takes_too_long_is_left(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holder, "NOTE_SECONDS", 0.01)
    noting = asyncio.create_task(_note(asyncio.Event()))
    await asyncio.sleep(0)
    await _interrupt(noting)
    assert (noting.cancelled(), host.ends) == (True, 1)


async def test_who_waits_for_a_run_goes_on_before_it_ends(host: Host) -> None:
    told: list[str] = []

    async def run() -> None:
        holder.enlist("task", "over")
        await holder.worked("run")
        told.append("ended")

    with holder.awaiting("run") as worked:
        running = asyncio.create_task(run())
        await worked
        for _ in range(10):
            await asyncio.sleep(0)
        told.append("went on")
    async with asyncio.timeout(PATIENCE):
        await running
    assert told == ["went on", "ended"]


async def test_who_begins_to_wait_when_a_run_has_worked_holds_it_up_no_more(host: Host) -> None:
    """That one waits for the note of the run's end, which the run would make after its going on."""

    async def run() -> None:
        holder.enlist("task", "over")
        await holder.worked("run")

    with holder.awaiting("run") as worked:
        running = asyncio.create_task(run())
        await worked
        late = holder.awaiting("run")
        never = late.__enter__()
    async with asyncio.timeout(PATIENCE):
        await running
    assert not never.done()
    late.__exit__(None, None, None)
    assert not holder._awaited
