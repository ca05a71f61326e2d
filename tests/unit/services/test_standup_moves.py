"""A piece of work goes to another specialist while nobody has begun it, and they do it."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.task import AssignmentState
from bot.errors import NotFound, UserFacingError
from bot.model.port import PlanRequest, WorkRequest
from bot.services import planning, standup_moves, standup_sweep, standup_views, tasks, working
from bot.slack.cards.standup import MoveLine
from bot.slack.cards.standup_report import report_card
from storage.models import Assignment, AuditEntry, Standup
from tests.support.desk import Desk, item, plan
from tests.support.schedules import firing, scheduled
from tests.support.stage import words

HOUR = timedelta(hours=1)
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What no statement of its own needs proving for on the other database."""


@dataclass
class Room:
    """A closed standup of a channel in which four pieces wait for one specialist."""

    desk: Desk
    standup: Standup
    task_id: str
    pieces: dict[str, Assignment]

    async def accept(self, key: str, *, to: str = "api-architect", receipt: str = "click") -> None:
        await standup_moves.accept(
            self.desk.ctx,
            "T1",
            self.standup.id,
            self.pieces[key].id,
            to=to,
            by="U7",
            receipt=receipt,
        )

    async def proposals(self) -> tuple[MoveLine, ...]:
        async with self.desk.ctx.database.read() as uow:
            return (await standup_views.report_of(self.desk.ctx, uow, self.standup)).moves


@pytest.fixture
async def room(office: Desk) -> Room:
    ctx = office.ctx
    items = [item(f"a{n}").model_copy(update={"title": f"OpenAPI contract {n}"}) for n in range(4)]
    office.model.enqueue(PlanRequest, plan(*items))
    task = await office.take_in()
    assert await planning.plan_task(ctx, task.id) == "work"
    await scheduled(ctx, "daily 09:30", kind="standup", zones=("UTC",))
    office.clock.advance(HOUR / 2)
    await firing(ctx).fire_due()
    office.clock.advance(HOUR)
    await standup_sweep.sweep(ctx)
    async with ctx.database.read() as uow:
        (row,) = await uow.standups.newest("T1", "C1", states=("closed",))
        pieces = await uow.standups.assignments_of([task.id])
    return Room(office, row, task.id, {piece.key: piece for piece in pieces})


async def test_the_report_proposes_and_a_yes_moves_it_for_good(room: Room) -> None:
    (move,) = await room.proposals()
    assert (move.assignment_id, move.target, move.queue) == (
        room.pieces["a3"].id,
        "api-architect",
        4,
    )
    async with room.desk.ctx.database.read() as uow:
        told = report_card(await standup_views.report_of(room.desk.ctx, uow, room.standup))
    assert "→ I propose: T-1 “OpenAPI contract 3” goes from database-architect" in words(
        told.blocks
    )
    for _ in range(2):
        await room.accept("a3")
    assert await room.proposals() == (), "who was free is not free any more"
    await working.work_assignment(room.desk.ctx, room.task_id, "a3")
    (request,) = room.desk.model.asked(WorkRequest)
    assert isinstance(request, WorkRequest)
    assert request.assignment.specialist == "api-architect"
    async with room.desk.ctx.database.read() as uow:
        found = await uow.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "assignment.move")
        )
        (entry,) = found.all()
    assert entry.details == {"key": "a3", "from": "database-architect", "to": "api-architect"}


@ONE
async def test_what_began_ended_or_is_theirs_is_refused(room: Room) -> None:
    await room.accept("a3")
    with pytest.raises(UserFacingError, match="is with api-architect already"):
        await room.accept("a3", receipt="another click")
    await working.work_assignment(room.desk.ctx, room.task_id, "a0")
    with pytest.raises(UserFacingError, match="does not wait any more"):
        await room.accept("a0", receipt="late")
    with pytest.raises(UserFacingError, match="There is no specialist"):
        await room.accept("a1", to="nobody", receipt="wrong")
    await tasks.stop(room.desk.ctx, room.task_id, by="U1")
    with pytest.raises(UserFacingError, match="does not wait any more"):
        await room.accept("a1", receipt="stopped")
    with pytest.raises(NotFound):
        await standup_moves.accept(
            room.desk.ctx, "T2", room.standup.id, room.pieces["a1"].id, to="api-architect",
            by="U7", receipt="foreign",
        )  # fmt: skip
    async with room.desk.ctx.database.begin() as uow:
        (await uow.tasks.get(room.task_id)).channel_id = "C2"
    with pytest.raises(NotFound):
        await room.accept("a1", receipt="of another channel")
    async with room.desk.ctx.database.read() as uow:
        rows = await uow.standups.assignments_of([room.task_id])
    assert {row.key: row.state for row in rows}["a1"] is AssignmentState.CANCELLED
