"""A standup whose processes die or act at once: opened, reminded, closed and reported once."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import select

from bot.clock import ManualClock
from bot.services import standup_sweep, standups
from bot.services.context import Context
from bot.services.sources import Sources
from storage.models import OutboxRow, Standup
from storage.uow import Database
from tests.support.desk import MORNING, desk
from tests.support.schedules import firing, scheduled
from tests.unit.services.test_standup_fortnight import Team

HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(MORNING)  # Monday 09:00 UTC


@pytest.fixture
def ctx(database: Database, tmp_path: Path, clock: ManualClock) -> Context:
    return replace(desk(database, tmp_path, clock=clock).ctx, sources=cast(Sources, Team()))


async def told(ctx: Context) -> dict[str, int]:
    """Return how many rows say each kind of thing."""
    async with ctx.database.read() as uow:
        rows = (await uow.session.scalars(select(OutboxRow))).all()
        runs = (await uow.session.scalars(select(Standup))).all()
    kinds = ["remind" if ":remind:" in r.key else r.key.partition(":")[2][32:] for r in rows]
    kinds = [kind for kind, row in zip(kinds, rows, strict=True) if row.key.startswith("standup:")]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))} | {"runs": len(runs)}


async def test_what_died_in_the_middle_is_closed_by_another(
    ctx: Context, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scheduled(ctx, "weekdays 09:30", kind="standup", zones=("UTC",))
    clock.advance(HOUR / 2)
    with monkeypatch.context() as dying:

        async def die(*_: object, **__: object) -> None:
            raise asyncio.CancelledError

        dying.setattr(standups, "next_due", die)
        with pytest.raises(asyncio.CancelledError):
            await firing(ctx, "bot-1").fire_due()
    assert await told(ctx) == {"runs": 0}, "nothing is half done"
    async with ctx.database.begin() as uow:  # whoever has its name now says that it is gone
        later = clock.now() + timedelta(seconds=20)
        await uow.workers.start("bot-1", kind="run", host="h", pid=1, version="1", now=later)
    clock.advance(timedelta(minutes=1))
    assert await firing(ctx, "bot-0").take_over() == 1
    assert await told(ctx) == {"": 1, "runs": 1}
    clock.advance(timedelta(minutes=50))
    with monkeypatch.context() as dying:
        dying.setattr(standup_sweep, "_remind", die)
        with pytest.raises(asyncio.CancelledError):
            await standup_sweep.sweep(ctx)
    assert await standup_sweep.sweep(ctx) == 1
    assert (await told(ctx))["remind"] == 12
    clock.advance(3 * HOUR)  # nobody was up when it should have closed
    assert await standup_sweep.sweep(ctx) == 1
    assert await told(ctx) == {"": 1, ":edit": 1, ":report": 1, "remind": 12, "runs": 1}
    assert await standup_sweep.sweep(ctx) == 0


async def test_three_at_once_do_it_once(ctx: Context, clock: ManualClock) -> None:
    await scheduled(ctx, "weekdays 09:30", kind="standup", zones=("UTC",))
    clock.advance(HOUR / 2)
    await asyncio.gather(*(firing(ctx, f"bot-{n}").fire_due() for n in range(3)))
    for minutes in (48, 12):
        clock.advance(timedelta(minutes=minutes))
        moved = await asyncio.gather(*(standup_sweep.sweep(ctx) for _ in range(3)))
        assert sum(moved) == 1
    assert await told(ctx) == {"": 1, ":edit": 1, ":report": 1, "remind": 12, "runs": 1}
