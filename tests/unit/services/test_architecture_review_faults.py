"""Reviews that die, are stopped, meet others at the same moment, or get no usable reply."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from bot.clock import ManualClock
from bot.domain.task import TaskState
from bot.errors import ModelAnswerInvalid, UserFacingError
from bot.model.port import ReviewPointRequest, ReviewSummaryRequest
from bot.services import (
    architecture_review_outputs,
    architecture_reviews,
    planning,
    tasks,
    wishes,
)
from bot.services.ceremony import DueSlot
from bot.services.context import Context
from storage.models import (
    OutboxRow,
)
from storage.uow import Database, UnitOfWork
from tests.support.desk import MORNING, wish
from tests.support.reviewing import (
    HERE,
    HOUR,
    Started,
    begun,
    fill,
    newest,
    offline_context,
    posts,
)
from tests.support.schedules import scheduled


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(MORNING)


@pytest.fixture
def ctx(database: Database, tmp_path: Path, clock: ManualClock) -> Context:
    return offline_context(database, tmp_path, clock)


@pytest.fixture
def starter() -> Started:
    return Started()


async def test_one_review_of_a_channel_at_a_time_and_once_per_act(
    ctx: Context, starter: Started
) -> None:
    await fill(ctx)
    begin = architecture_reviews.begin_now
    both = await asyncio.gather(*(begin(ctx, starter, HERE, receipt="c1") for _ in range(2)))
    assert both == ["AR-1", "AR-1"]
    with pytest.raises(UserFacingError, match="open here already"):
        await begin(ctx, starter, HERE, receipt="c2")
    assert len(set(starter.tasks)) == 1


async def test_what_dies_between_two_steps_goes_on_once(
    ctx: Context, clock: ManualClock, starter: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the agenda, in the middle of the points, before the summary: posted once."""
    await fill(ctx)
    schedule = await scheduled(ctx, "weekdays 09:30", kind="review", zones=("UTC",))
    clock.advance(HOUR / 2)
    slot = DueSlot(schedule, clock.now(), ("UTC",))

    async def die(*_: object, **__: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as dying:
        dying.setattr(architecture_reviews, "_task", die)
        with pytest.raises(asyncio.CancelledError):
            await architecture_reviews.open_review(ctx, starter, slot)
    assert await architecture_reviews.sweep(ctx, starter) == 1
    await architecture_reviews.open_review(ctx, starter, slot)
    row, task = await newest(ctx)
    assert starter.tasks == [task.id]

    calls: list[str] = []
    model, call = ctx.models.offline, ctx.models.offline.call

    async def counted(request: Any) -> Any:
        calls.append(type(request).__name__)
        if calls.count("ReviewPointRequest") == 2 and "died" not in calls:
            calls.append("died")
            raise asyncio.CancelledError
        return await call(request)

    monkeypatch.setattr(model, "call", counted)
    with pytest.raises(asyncio.CancelledError):
        await planning.plan_task(ctx, task.id)
    assert set(await posts(ctx)) == {"point:0"}
    await planning.plan_task(ctx, task.id)
    clock.advance(HOUR)
    for _ in range(2):
        await architecture_reviews.sweep(ctx, starter)
        await planning.plan_task(ctx, task.id)
    assert calls.count("ReviewSummaryRequest") == 1
    assert calls.count("ReviewPointRequest") == 4, "three points, one of them asked twice"
    row, task = await newest(ctx)
    assert row.state == "closed"
    async with ctx.database.read() as uow:
        assert len(await uow.architecture_reviews.of_channel("T1", "C1", limit=9)) == 1
        keys = [key for (key,) in await uow.session.execute(select(OutboxRow.key))]
    assert len(keys) == len(set(keys))


async def test_a_stopped_review_ends_without_a_summary(
    ctx: Context, clock: ManualClock, starter: Started
) -> None:
    await fill(ctx)
    row, task = await begun(ctx, starter)
    await tasks.stop(ctx, task.id, by="U1")
    clock.advance(HOUR)
    await architecture_reviews.sweep(ctx, starter)
    row, task = await newest(ctx)
    assert (row.state, row.summary, task.state) == ("closed", None, TaskState.STOPPED)
    assert starter.tasks == [task.id]


async def test_a_point_without_a_usable_reply_leaves_the_others(
    ctx: Context, clock: ManualClock, starter: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(ctx)
    _, task = await begun(ctx, starter)
    call = ctx.models.offline.call

    async def broken(request: Any) -> Any:
        is_debt = isinstance(request, ReviewPointRequest) and request.point.kind == "debt"
        if is_debt or isinstance(request, ReviewSummaryRequest):
            raise ModelAnswerInvalid("review", ("no JSON",))
        return await call(request)

    monkeypatch.setattr(ctx.models.offline, "call", broken)
    await planning.plan_task(ctx, task.id)
    assert "could not work this point" in str((await posts(ctx))["point:0"].payload)
    clock.advance(HOUR)
    await architecture_reviews.sweep(ctx, starter)
    await planning.plan_task(ctx, task.id)
    row, _ = await newest(ctx)
    assert (row.state, row.model) == ("closed", "by rule")
    async with ctx.database.read() as uow:
        assert [o.kind for o in await uow.architecture_reviews.outputs(row.id)] == ["target"]


async def test_two_clicks_at_once_are_both_shown(
    ctx: Context, clock: ManualClock, starter: Started
) -> None:
    await fill(ctx)
    row, task = await begun(ctx, starter)
    await planning.plan_task(ctx, task.id)
    clock.advance(HOUR)
    await architecture_reviews.sweep(ctx, starter)
    await planning.plan_task(ctx, task.id)
    async with ctx.database.read() as uow:
        outputs = await uow.architecture_reviews.outputs(row.id)
    dismiss = architecture_review_outputs.dismiss
    await asyncio.gather(*(dismiss(ctx, HERE, o.id, receipt=f"c:{o.id}") for o in outputs))
    shown = await posts(ctx)
    last = shown.get("summary:edit") or shown["summary"]
    assert str(last.payload).count("dismissed by <@U1>") == len(outputs)
    assert "review.accept" not in str(last.payload)
    async with ctx.database.read() as uow:
        assert len(await uow.debts.open("T1", seen_from="C1")) == 1
    clock.advance(timedelta(days=7))
    await architecture_reviews.begin_now(ctx, starter, HERE, receipt="command:2")
    again, _ = await newest(ctx)
    async with ctx.database.read() as uow:
        agendas = str([p.agenda for p in await uow.architecture_reviews.points(again.id)])
    assert "reads the data of" not in agendas, "it was dismissed"


async def test_a_summary_that_waits_for_a_day_keeps_no_other_review_waiting(
    ctx: Context, clock: ManualClock, starter: Started
) -> None:
    await fill(ctx)
    _, task = await begun(ctx, starter)
    clock.advance(HOUR)
    await architecture_reviews.sweep(ctx, starter)
    row, task = await newest(ctx)
    assert (row.state, task.round) == ("closing", 1), "its task is still at the points"
    clock.advance(timedelta(days=1))
    await architecture_reviews.sweep(ctx, starter)
    row, _ = await newest(ctx)
    assert (row.state, row.summary) == ("closed", None)
    await planning.plan_task(ctx, task.id)
    assert not await posts(ctx), "what comes too late is not said"


async def test_looking_at_a_round_writes_nothing(
    ctx: Context, starter: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flush in a read session meets other writers' locks: the task would pause for nothing."""
    await fill(ctx)
    _, task = await begun(ctx, starter)
    await planning.plan_task(ctx, task.id)
    async with ctx.database.read() as uow:
        thread = await uow.threads.get(task.thread_id)
    await wishes.take_in(ctx, wish("go on", root_ts=thread.root_ts, ts="9999999999.1", key="r"))
    flushed: list[object] = []
    read = ctx.database.read

    @asynccontextmanager
    async def watched() -> AsyncIterator[UnitOfWork]:
        async with read() as uow:
            event.listen(uow.session.sync_session, "before_flush", lambda *at: flushed.append(at))
            yield uow

    monkeypatch.setattr(ctx.database, "read", watched)
    await planning.plan_task(ctx, task.id)
    assert not flushed
