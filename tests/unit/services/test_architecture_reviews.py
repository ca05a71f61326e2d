"""Architecture reviews: an agenda from rows, worked once, talked about, summed up once."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.clock import ManualClock
from bot.domain.architecture_review import PointKind
from bot.domain.decision import DecisionState
from bot.domain.performance_target import read_measured, read_target
from bot.domain.setting import Scope
from bot.domain.task import TaskState
from bot.domain.technology import read_move
from bot.errors import NotFound, UserFacingError
from bot.model.port import ReviewSummaryRequest
from bot.services import architecture_review_export as export
from bot.services import (
    architecture_review_outputs,
    architecture_reviews,
    debts,
    performance_targets,
    planning,
    technologies,
    wishes,
)
from bot.services.ceremony import DueSlot
from bot.services.context import Context
from bot.services.debts import Owed
from bot.services.service_graph import Place
from bot.services.workspace_settings import choose
from bot.settings_review import USUAL, ReviewSettings
from storage.models import (
    Decision,
)
from storage.uow import Database
from tests.support.desk import MORNING, Desk, wish
from tests.support.reviewing import (
    HERE,
    HOUR,
    Started,
    begun,
    fill,
    newest,
    offline_context,
    posts,
    task_of,
)
from tests.support.schedules import scheduled
from tests.support.scripted import ScriptedModel
from tests.unit.decision.acts import recorded


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(MORNING)


@pytest.fixture
def ctx(database: Database, tmp_path: Path, clock: ManualClock) -> Context:
    return offline_context(database, tmp_path, clock)


@pytest.fixture
def starter() -> Started:
    return Started()


async def test_the_operator_says_who_works_a_point(ctx: Context, starter: Started) -> None:
    chosen = ReviewSettings(specialists="debt=api-architect, changes=nobody-here")
    changed = replace(ctx, settings=ctx.settings.model_copy(update={"review": chosen}))
    await fill(changed)
    row, _ = await begun(changed, starter)
    async with ctx.database.read() as uow:
        points = await uow.architecture_reviews.points(row.id)
    assert {point.kind: point.specialist for point in points} == {
        "debt": "api-architect",
        "changes": next(iter(ctx.team.specialists)),
        "performance": "database-architect",
    }


def test_who_works_a_point_is_read_from_a_setting() -> None:
    assert set(USUAL) == {kind.value for kind in PointKind}
    with pytest.raises(ValueError, match="“risk=qa” does not fit; say point=specialist"):
        ReviewSettings(specialists="risk=qa")


async def test_from_agenda_to_registers(ctx: Context, clock: ManualClock, starter: Started) -> None:
    await fill(ctx)
    row, task = await begun(ctx, starter)
    assert (row.public_id, row.state, row.left_out) == ("AR-1", "open", ["decisions", "technology"])
    assert starter.tasks == [task.id]
    assert await planning.plan_task(ctx, task.id) == "end"
    async with ctx.database.read() as uow:
        points = await uow.architecture_reviews.points(row.id)
    assert [point.kind for point in points] == ["debt", "changes", "performance"]
    assert {point.specialist for point in points} <= set(ctx.team.specialists)
    assert all(point.worked_at for point in points)
    assert set(await posts(ctx)) == {"point:0", "point:1", "point:2"}
    async with ctx.database.read() as uow:
        review = await export.markdown(ctx, uow, row)
    assert "## Technical debt\n\n- TD-1 Orders has no retries: since 2 Mar, no plan" in review
    said = str((await posts(ctx))["point:0"].payload)
    assert "TD-1 Orders has no retries" in said
    assert "orders reads the data of payments itself" in said.lower()
    assert (await task_of(ctx, task)).state is TaskState.DONE

    assert await architecture_reviews.sweep(ctx, starter) == 0, "people may still speak"
    clock.advance(HOUR)
    assert await architecture_reviews.sweep(ctx, starter) == 1
    assert starter.tasks == [task.id, task.id]
    assert (await task_of(ctx, task)).round == 2
    await planning.plan_task(ctx, task.id)
    row, task = await newest(ctx)
    assert (row.state, row.model, row.due_at) == ("closed", "by rule", None)
    assert task.state is TaskState.DONE
    shown = await posts(ctx)
    assert {"summary", "radar"} <= set(shown)
    async with ctx.database.read() as uow:
        outputs = await uow.architecture_reviews.outputs(row.id)
        decided = (await uow.session.scalars(select(Decision))).all()
    assert [output.kind for output in outputs] == ["debt", "debt", "target"]
    assert [d.title for d in decided] == ["Order of T-1 and T-2 on orders"]
    assert decided[0].state is DecisionState.PROPOSED

    async with ctx.database.read() as uow:
        record = await export.markdown(ctx, uow, row)
    for line in (
        "- Debt: orders reads the data of payments itself (orders).",
        "- Performance: orders p95 at most 200 ms.",
        "- D-1 Order of T-1 and T-2 on orders · proposed",
        "Left out, as there was nothing: decisions, technology.",
    ):
        assert line in record
    for output in outputs:
        accept = architecture_review_outputs.accept
        done = [await accept(ctx, HERE, output.id, receipt=f"c:{output.id}") for _ in range(2)]
        assert done[0].result == done[1].result
        with pytest.raises(UserFacingError, match="<@U1> accepted that already"):
            await accept(ctx, HERE, output.id, receipt=f"late:{output.id}")
    async with ctx.database.read() as uow:
        owed = await uow.debts.open("T1", seen_from="C1")
        (target,) = await uow.performance_targets.open("T1", seen_from="C1")
    assert [(d.public_id, d.owner_id, bool(d.plan), d.source) for d in owed] == [
        ("TD-1", "U7", True, ""),
        ("TD-2", "U7", True, "AR-1"),
    ]
    assert "slowest 1 %" in target.initiative
    assert target.owner_id == "U7"


async def test_what_people_say_is_read_and_opens_no_plan(
    ctx: Context, clock: ManualClock, starter: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reply during the talk is read by the summary; it is no wish of its own."""
    await fill(ctx)
    row, task = await begun(ctx, starter)
    await planning.plan_task(ctx, task.id)
    async with ctx.database.read() as uow:
        thread = await uow.threads.get(task.thread_id)
    reply = wish(
        "the retries are done", root_ts=thread.root_ts, ts="9999999999.0001", key="r", mode="auto"
    )
    assert await wishes.take_in(ctx, reply) is not None
    assert await planning.plan_task(ctx, task.id) == "end"
    assert (await task_of(ctx, task)).state is TaskState.DONE
    asked: list[Any] = []
    model = ctx.models.offline
    call = model.call

    async def kept(request: Any) -> Any:
        asked.append(request)
        return await call(request)

    monkeypatch.setattr(model, "call", kept)
    again = await architecture_reviews.close_now(ctx, HERE, row.id, receipt="click:1")
    assert again is not None
    await planning.plan_task(ctx, task.id)
    (summary,) = asked
    assert isinstance(summary, ReviewSummaryRequest)
    assert [said.text for said in summary.said] == ["the retries are done"]
    with pytest.raises(UserFacingError, match="AR-1 is summed up already"):
        await architecture_reviews.close_now(ctx, HERE, row.id, receipt="click:2")
    async with ctx.database.read() as uow:
        assert not await uow.plans.of_task(task.id)


async def test_an_empty_agenda_closes_at_once(ctx: Context, starter: Started) -> None:
    await architecture_reviews.begin_now(ctx, starter, HERE, receipt="c1")
    async with ctx.database.read() as uow:
        (row,) = await uow.architecture_reviews.of_channel("T1", "C1", limit=1)
        root = await uow.outbox.by_key("T1", f"ask:{row.id}"[:32])
    assert (row.state, starter.tasks) == ("closed", [])
    assert [PointKind(kind) for kind in row.left_out] == list(PointKind)
    assert root is not None
    assert "nothing to speak of" in str(root.payload)


async def test_what_was_proposed_today_is_not_0_days_old(
    ctx: Context, clock: ManualClock, starter: Started
) -> None:
    await recorded(Desk(ctx, ScriptedModel()), "k1", title="Kafka for orders")
    await architecture_reviews.begin_now(ctx, starter, HERE, receipt="c1")
    clock.advance(timedelta(days=1))
    await architecture_reviews.begin_now(ctx, starter, replace(HERE, channel_id="C2"), receipt="c2")
    notes = []
    async with ctx.database.read() as uow:
        for channel in ("C1", "C2"):
            (row,) = await uow.architecture_reviews.of_channel("T1", channel, limit=1)
            notes.append(await export.markdown(ctx, uow, row))
    assert "Kafka for orders: open since today" in notes[0]
    assert "Kafka for orders: open for 1 day" in notes[1]


async def test_a_private_channel_s_rows_stay_there(ctx: Context, starter: Started) -> None:
    await fill(ctx)
    private = Place("T1", "G1", "U1", is_private=True)
    await debts.add(ctx, private, Owed("Secret debt", "vault"), receipt="d9")
    await technologies.move_once(ctx, private, read_move("Zig to hold: secret"), receipt="m9")
    await architecture_reviews.begin_now(ctx, starter, HERE, receipt="c1")
    row, _ = await newest(ctx)
    async with ctx.database.read() as uow:
        agendas = str([p.agenda for p in await uow.architecture_reviews.points(row.id)])
        assert "Secret" not in agendas
        with pytest.raises(NotFound):
            await uow.debts.by_number("T1", 2, seen_from="C1")
        assert [t.name for t in await uow.technologies.seen("T1", seen_from="C1")] == ["Kafka"]
    await architecture_reviews.begin_now(ctx, starter, private, receipt="c2")
    hidden, _ = await newest(ctx, "G1")
    async with ctx.database.read() as uow:
        assert "Secret" in str([p.agenda for p in await uow.architecture_reviews.points(hidden.id)])
        with pytest.raises(NotFound):
            await uow.architecture_reviews.by_number("T1", hidden.number, seen_from="C1")
        with pytest.raises(NotFound):
            await uow.architecture_reviews.get("T2", row.id)


async def test_quiet_hours_hold_a_scheduled_review_up(
    ctx: Context, clock: ManualClock, starter: Started
) -> None:
    await choose(
        ctx,
        {"quiet_hours": "08:00-10:00 UTC"},
        workspace_id="T1",
        scope=Scope.CHANNEL,
        scope_id="C1",
        by="U1",
    )
    await fill(ctx)
    schedule = await scheduled(ctx, "weekdays 09:00", kind="review", zones=("UTC",))
    slot = DueSlot(schedule, clock.now(), ("UTC",))
    await architecture_reviews.open_review(ctx, starter, slot)
    async with ctx.database.read() as uow:
        (row,) = await uow.architecture_reviews.of_channel("T1", "C1", limit=1)
    assert (row.state, starter.tasks) == ("planned", [])
    clock.advance(HOUR)
    assert await architecture_reviews.sweep(ctx, starter) == 1
    row, _ = await newest(ctx)
    assert (row.state, row.closes_at) == ("open", clock.now() + timedelta(minutes=60))


async def test_a_private_channel_changes_nothing_of_others(ctx: Context) -> None:
    await fill(ctx)
    private = Place("T1", "G1", "U1", is_private=True)
    wanted = read_target("orders p95 <= 9 ms", today=MORNING.date())
    await performance_targets.set_once(ctx, private, wanted, receipt="p1")
    await technologies.move_once(ctx, private, read_move("Kafka to hold: secret"), receipt="p2")
    owed = Owed("Orders has no retries", "orders", plan="secret")
    await debts.add(ctx, private, owed, receipt="p3")
    async with ctx.database.read() as uow:
        (target,) = await uow.performance_targets.open("T1", seen_from="C1")
        (kafka,) = await uow.technologies.seen("T1", seen_from="C1")
        (debt,) = await uow.debts.open("T1", seen_from="C1")
    assert (target.value, kafka.ring, debt.plan) == (200, "assess", "")
    latency = read_target("billing p95 <= 9 ms", today=MORNING.date())
    await performance_targets.set_once(ctx, HERE, latency, receipt="p4")
    measured = read_measured("billing p95 5 ms")
    with pytest.raises(UserFacingError, match="is everybody's"):
        await performance_targets.measure(ctx, private, measured, receipt="p5")
    with pytest.raises(UserFacingError, match="is in ms, not s"):
        await performance_targets.measure(ctx, HERE, read_measured("orders p95 5 s"), receipt="p6")
