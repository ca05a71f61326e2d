"""Plans and their assignments."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Text, bindparam, cast, func, select

from bot.domain.task import AssignmentState
from bot.errors import NotFound
from storage.models import Assignment, Plan
from storage.models.base import UtcDateTime
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
_OF_ROUND = select(Plan).where(
    Plan.task_id == bindparam("task_id"), Plan.round == bindparam("round")
)
_ID_AND_BODY = select(_PLAN.c.id, cast(_PLAN.c.body, Text)).where(
    _PLAN.c.task_id == bindparam("task_id"), _PLAN.c.round == bindparam("round")
)
_SOME = select(*(_TABLE.c[name] for name in Piece._fields)).where(
    _TABLE.c.plan_id == bindparam("plan_id"),
    _TABLE.c.key.in_(bindparam("keys", expanding=True)),
)
_BEGIN = (
    _TABLE.update()
    .where(_TABLE.c.id == bindparam("assignment_id"))
    .values(
        state=AssignmentState.RUNNING,
        started_at=func.coalesce(_TABLE.c.started_at, bindparam("now", type_=UtcDateTime())),
    )
)
_CANCEL = (
    _TABLE.update()
    .where(
        _TABLE.c.task_id == bindparam("of_task"),
        _TABLE.c.plan_id.in_(
            select(_PLAN.c.id).where(
                _PLAN.c.task_id == bindparam("of_task"), _PLAN.c.round == bindparam("of_round")
            )
        ),
        _TABLE.c.state.in_([AssignmentState.WAITING, AssignmentState.RUNNING]),
    )
    .values(state=AssignmentState.CANCELLED, ended_at=bindparam("now"))
)
_END = (
    _TABLE.update()
    .where(_TABLE.c.id == bindparam("assignment_id"))
    .values({name: bindparam(name) for name in ("state", "output", "problem", "ended_at")})
)


class PlanRepository(Repository):
    """Every question about plans and assignments."""

    async def add(self, plan: Plan, assignments: Sequence[Assignment]) -> None:
        """Store a plan and its pieces."""
        self.session.add(plan)
        await self.session.flush()
        self.session.add_all(assignments)
        await self.session.flush()

    async def of_round(self, task_id: str, round_number: int) -> Plan | None:
        """Return the plan of one round, if it has been made."""
        place = {"task_id": task_id, "round": round_number}
        return (await self.session.scalars(_OF_ROUND, place)).one_or_none()

    async def id_and_body(self, task_id: str, round_number: int) -> tuple[str, str] | None:
        """Return the id of a round's plan and its body as JSON text, if it has been made."""
        place = {"task_id": task_id, "round": round_number}
        row = (await self.session.execute(_ID_AND_BODY, place)).one_or_none()
        return None if row is None else (row[0], row[1])

    async def of_task(self, task_id: str) -> Sequence[Plan]:
        """Return the task's plans, first round first."""
        query = select(Plan).where(Plan.task_id == task_id).order_by(Plan.round)
        return (await self.session.scalars(query)).all()

    async def assignments(self, plan_id: str) -> Sequence[Assignment]:
        """Return the plan's assignments in plan order."""
        query = (
            select(Assignment).where(Assignment.plan_id == plan_id).order_by(Assignment.position)
        )
        return (await self.session.scalars(query)).all()

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
        found = await self.session.execute(_SOME, {"plan_id": plan_id, "keys": list(keys)})
        return {item.key: item for item in (Piece(*row) for row in found)}

    async def begin_assignment(self, assignment_id: str, *, now: datetime) -> None:
        """Note that an assignment is at work, since now unless it has begun before."""
        await self.session.execute(_BEGIN, {"assignment_id": assignment_id, "now": now})

    async def cancel(self, task_id: str, round_number: int, *, now: datetime) -> None:
        """Close what of a round has not ended."""
        place = {"of_task": task_id, "of_round": round_number}
        await self.session.execute(_CANCEL, {**place, "now": now})

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
        await self.session.execute(_END, {"assignment_id": assignment_id, **values})

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
        states = {
            None: [AssignmentState.WAITING, AssignmentState.RUNNING],
            True: [AssignmentState.RUNNING],
            False: [AssignmentState.WAITING],
        }[running]
        query = (
            select(Assignment.specialist, func.count())
            .where(Assignment.workspace_id == workspace_id, Assignment.state.in_(states))
            .group_by(Assignment.specialist)
        )
        rows = (await self.session.execute(query)).all()
        return {row[0]: row[1] for row in rows}
