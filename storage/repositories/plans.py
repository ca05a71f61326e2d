"""Plans and their assignments."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Text, bindparam, cast, func, or_, select

from bot.domain.task import AssignmentState
from bot.errors import NotFound
from storage.inserts import insert
from storage.models import Assignment, Plan
from storage.models.base import UtcDateTime
from storage.prepared import Prepared
from storage.repositories.base import Repository, table_of


class Piece(NamedTuple):
    """What of an assignment is read before it, or one that needs it, is worked."""

    id: str
    key: str
    specialist: str
    state: AssignmentState
    output: dict[str, Any] | None
    problem: str
    started_at: datetime | None
    ended_at: datetime | None


_PLAN, _TABLE = table_of(Plan), table_of(Assignment)
_OF_ROUND = Prepared(
    select(Plan).where(Plan.task_id == bindparam("task_id"), Plan.round == bindparam("round"))
)
_ASSIGNMENTS = Prepared(
    select(Assignment)
    .where(Assignment.plan_id == bindparam("plan_id"))
    .order_by(Assignment.position)
)
_ID_AND_BODY = Prepared(
    select(_PLAN.c.id, cast(_PLAN.c.body, Text).label("text")).where(
        _PLAN.c.task_id == bindparam("task_id"), _PLAN.c.round == bindparam("round")
    )
)


@cache
def _some(count: int) -> Prepared:
    keys = or_(*(_TABLE.c.key == bindparam(f"key_{number}") for number in range(count)))
    query = select(*(_TABLE.c[name] for name in Piece._fields))
    return Prepared(query.where(_TABLE.c.plan_id == bindparam("plan_id"), keys))


_BEGIN = Prepared(
    _TABLE.update()
    .where(_TABLE.c.id == bindparam("assignment_id"))
    .values(
        state=AssignmentState.RUNNING,
        started_at=func.coalesce(_TABLE.c.started_at, bindparam("now", type_=UtcDateTime())),
    )
)
_CANCEL = Prepared(
    _TABLE.update()
    .where(
        _TABLE.c.task_id == bindparam("of_task"),
        _TABLE.c.plan_id.in_(
            select(_PLAN.c.id).where(
                _PLAN.c.task_id == bindparam("of_task"), _PLAN.c.round == bindparam("of_round")
            )
        ),
        or_(_TABLE.c.state == AssignmentState.WAITING, _TABLE.c.state == AssignmentState.RUNNING),
    )
    .values(state=AssignmentState.CANCELLED, ended_at=bindparam("now"))
)
_END = Prepared(
    _TABLE.update()
    .where(_TABLE.c.id == bindparam("assignment_id"))
    .values({name: bindparam(name) for name in ("state", "output", "problem", "ended_at")})
)


def _workload(*states: AssignmentState) -> Prepared:
    counted = select(_TABLE.c.specialist, func.count().label("count"))
    here = _TABLE.c.workspace_id == bindparam("workspace_id")
    there = counted.where(here, or_(*(_TABLE.c.state == state for state in states)))
    return Prepared(there.group_by(_TABLE.c.specialist))


_WORKLOAD = {
    None: _workload(AssignmentState.WAITING, AssignmentState.RUNNING),
    True: _workload(AssignmentState.RUNNING),
    False: _workload(AssignmentState.WAITING),
}


class PlanRepository(Repository):
    """Every question about plans and assignments."""

    async def add(self, plan: Plan, assignments: Sequence[Assignment]) -> None:
        """Store a plan and its pieces."""
        await insert(self.session, plan)
        await insert(self.session, *assignments)

    async def of_round(self, task_id: str, round_number: int) -> Plan | None:
        """Return the plan of one round, if it has been made."""
        return await _OF_ROUND.first(self.session, Plan, task_id=task_id, round=round_number)

    async def id_and_body(self, task_id: str, round_number: int) -> tuple[str, str] | None:
        """Return the id of a round's plan and its body as JSON text, if it has been made."""
        row = await _ID_AND_BODY.one(self.session, task_id=task_id, round=round_number)
        return None if row is None else (row[0], row[1])

    async def of_task(self, task_id: str) -> Sequence[Plan]:
        """Return the task's plans, first round first."""
        query = select(Plan).where(Plan.task_id == task_id).order_by(Plan.round)
        return (await self.session.scalars(query)).all()

    async def assignments(self, plan_id: str) -> Sequence[Assignment]:
        """Return the plan's assignments in plan order."""
        return await _ASSIGNMENTS.objects(self.session, Assignment, plan_id=plan_id)

    async def earlier(self, task_id: str, *, before: int) -> Sequence[tuple[int, Assignment]]:
        """Return (round, assignment) of the task's rounds before one, first round first."""
        query = (
            select(Plan.round, Assignment)
            .join(Assignment, Assignment.plan_id == Plan.id)
            .where(Plan.task_id == task_id, Plan.round < before)
            .order_by(Plan.round, Assignment.position)
        )
        return [(row[0], row[1]) for row in await self.session.execute(query)]

    async def assignment(self, workspace_id: str, assignment_id: str) -> Assignment:
        """Return a workspace's assignment; raises NotFound."""
        query = select(Assignment).where(
            Assignment.workspace_id == workspace_id, Assignment.id == assignment_id
        )
        found = (await self.session.scalars(query)).one_or_none()
        if found is None:
            raise NotFound("assignment", assignment_id)
        return found

    async def some_assignments(self, plan_id: str, keys: Iterable[str]) -> dict[str, Piece]:
        """Return assignments by their ids within the plan, as they are in the database."""
        wanted = {f"key_{number}": key for number, key in enumerate(keys)}
        if not wanted:
            return {}
        found = await _some(len(wanted)).rows(self.session, plan_id=plan_id, **wanted)
        return {item.key: item for item in (Piece(*row) for row in found)}

    async def begin_assignment(self, assignment_id: str, *, now: datetime) -> None:
        """Note that an assignment is at work, since now unless it has begun before."""
        await _BEGIN.rows(self.session, assignment_id=assignment_id, now=now)

    async def cancel(self, task_id: str, round_number: int, *, now: datetime) -> None:
        """Close what of a round has not ended."""
        place = {"of_task": task_id, "of_round": round_number}
        await _CANCEL.rows(self.session, **place, now=now)

    async def end_assignment(
        self,
        assignment_id: str,
        *,
        state: AssignmentState,
        output: dict[str, Any] | None,
        problem: str,
        now: datetime,
    ) -> None:
        """Store the outcome of an assignment."""
        values = {"state": state, "output": output, "problem": problem, "ended_at": now}
        await _END.rows(self.session, assignment_id=assignment_id, **values)

    async def done_since(self, workspace_id: str, since: datetime) -> dict[str, int]:
        """Return how many assignments each specialist has handed in since then."""
        query = (
            select(Assignment.specialist, func.count())
            .where(
                Assignment.workspace_id == workspace_id,
                Assignment.state == AssignmentState.DONE,
                Assignment.ended_at >= since,
            )
            .group_by(Assignment.specialist)
        )
        rows = (await self.session.execute(query)).all()
        return {row[0]: row[1] for row in rows}

    async def workload(self, workspace_id: str, *, running: bool | None = None) -> dict[str, int]:
        """Return how many assignments wait for or occupy each specialist right now.

        `running` True counts only those at work, False only those that wait.
        """
        rows = await _WORKLOAD[running].rows(self.session, workspace_id=workspace_id)
        return {row[0]: row[1] for row in rows}
