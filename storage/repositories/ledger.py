"""The ledger's SQL: finished calls by step, money by task, channel and day."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    update,
)

from storage.inserts import insert_values
from storage.models import ModelCall, SettingRow
from storage.prepared import Prepared
from storage.repositories.base import Repository, table_of
from storage.repositories.settings import ChosenRow
from storage.spent import COMMITTED as COMMITTED
from storage.spent import KNOWN, SPENT, are_kept, count_anew

_TABLE = table_of(ModelCall)
_CALL = _TABLE.c


class Look(NamedTuple):
    """How many attempts a step has had; micro-dollars spent or reserved by the `task`, and today by
    its `channel` and by the whole workspace (`day`); what was chosen for the channel.
    """

    attempts: int
    spent: dict[str, int]
    chosen: list[ChosenRow]


class LedgerRepository(Repository):
    """Every question about model calls and what they cost."""

    async def add(self, **values: Any) -> str:
        """Store a call, before it is made, by its columns; returns its id."""
        return str((await insert_values(self.session, ModelCall, values))["id"])

    async def finished(self, task_id: str, step: str) -> ModelCall | None:
        """Return the call that did this step, if one has: it must not be paid again."""
        return await _DONE.first(self.session, ModelCall, task_id=task_id, step=step)

    async def of_step(self, task_id: str, step: str) -> Sequence[ModelCall]:
        """Return the attempts at one step of a task, first one first."""
        return await _STEP.objects(self.session, ModelCall, task_id=task_id, step=step)

    async def note(self, call_id: str, values: dict[str, object]) -> None:
        """Set columns of a call by name."""
        await _note(tuple(values)).rows(self.session, call_id=call_id, **values)

    async def lose_begun_before(
        self, workspace_id: str, before: datetime, *, problem: str, now: datetime
    ) -> int:
        """Note a workspace's calls as lost that began before a moment and are still under way."""
        result = await self.session.execute(
            update(ModelCall)
            .where(
                ModelCall.workspace_id == workspace_id,
                ModelCall.started_at < before,
                ModelCall.state == "reserved",
            )
            .values(state="lost", ended_at=now, problem=problem)
            .execution_options(synchronize_session=False)
        )
        return int(getattr(result, "rowcount", 0))

    async def of_task(self, task_id: str) -> Sequence[ModelCall]:
        """Return the task's calls in the order they were made."""
        return await _OF_TASK.objects(self.session, ModelCall, task_id=task_id)

    async def committed_by_channel(
        self,
        workspace_id: str,
        channel_id: str,
        *,
        since: datetime,
        until: datetime | None = None,
    ) -> int:
        """Return micro-dollars spent or reserved in one channel since then, up to `until`."""
        return await self._total(
            _CALL.workspace_id == workspace_id,
            _CALL.channel_id == channel_id,
            _CALL.started_at >= since,
            *([_CALL.started_at < until] if until is not None else []),
        )

    async def committed_by_workspace(self, workspace_id: str, *, since: datetime) -> int:
        """Return micro-dollars spent or reserved in the workspace since then."""
        return await self._total(_CALL.workspace_id == workspace_id, _CALL.started_at >= since)

    async def _total(self, *where: ColumnElement[bool]) -> int:
        return int((await self.session.scalars(select(_sum(*where)))).one())

    async def look(
        self, workspace_id: str, channel_id: str, task_id: str, step: str, *, since: datetime
    ) -> Look:
        """Return what must be known before a step's call is made, in one statement."""
        scope = {"workspace": workspace_id, "channel": channel_id, "task": task_id}
        if are_kept(self.session, since=since):
            place = {**scope, "step": step, "day": str(since.date())}
            found = await _LOOK_AT_TOTALS.rows(self.session, **place)
            if not found[0][4]:
                await count_anew(self.session, workspace_id, since=since)
                found = await _LOOK_AT_TOTALS.rows(self.session, **place)
        else:
            found = await _LOOK.rows(self.session, **scope, step=step, since=since)
        attempts, task, channel, day, *_ = found[0]
        return Look(
            attempts=attempts,
            spent={"task": int(task), "channel": int(channel), "day": int(day)},
            chosen=[ChosenRow(*row[5:]) for row in found if row[5] is not None],
        )


def _attempts() -> ScalarSelect[int]:
    this = (_CALL.task_id == bindparam("task"), _CALL.step == bindparam("step"))
    return select(func.count()).where(*this).scalar_subquery()


def _sum(*where: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.coalesce(func.sum(COMMITTED), 0)).where(*where).scalar_subquery()


@cache
def _note(names: tuple[str, ...]) -> Prepared:
    changed = _TABLE.update().where(_TABLE.c.id == bindparam("call_id"))
    return Prepared(changed.values({name: bindparam(name) for name in names}))


_AT_STEP = (
    select(ModelCall)
    .where(ModelCall.task_id == bindparam("task_id"), ModelCall.step == bindparam("step"))
    .order_by(ModelCall.attempt)
)
_STEP = Prepared(_AT_STEP)
_DONE = Prepared(_AT_STEP.where(ModelCall.state == "done"))
_OF_TASK = Prepared(
    select(ModelCall)
    .where(ModelCall.task_id == bindparam("task_id"))
    .order_by(ModelCall.started_at, ModelCall.step, ModelCall.attempt)
)
_LATELY = (
    _CALL.workspace_id == bindparam("workspace"),
    _CALL.started_at >= bindparam("since"),
)
_TODAY = (SPENT.c.workspace_id == bindparam("workspace"), SPENT.c.day >= bindparam("day"))
_SETTING = table_of(SettingRow)
_CHOSEN_HERE = and_(
    _SETTING.c.workspace_id == bindparam("workspace"),
    or_(
        _SETTING.c.scope == "workspace",
        and_(_SETTING.c.scope == "channel", _SETTING.c.scope_id == bindparam("channel")),
    ),
)


def _look(
    micros: ColumnElement[int],
    channel: ColumnElement[str],
    *,
    known: ColumnElement[int],
    of_day: Sequence[ColumnElement[bool]],
) -> Prepared:
    """Ask for everything at once: one walk over the day for both sums, always one row or more."""
    money = (
        select(
            _attempts().label("attempts"),
            _sum(_CALL.task_id == bindparam("task")).label("task"),
            func.coalesce(
                func.sum(case((channel == bindparam("channel"), micros), else_=0)), 0
            ).label("channel"),
            func.coalesce(func.sum(micros), 0).label("day"),
            known.label("known"),
        )
        .where(*of_day)
        .subquery("money")
    )
    chosen = (_SETTING.c[name] for name in ChosenRow._fields)
    return Prepared(select(*money.c, *chosen).select_from(money.outerjoin(_SETTING, _CHOSEN_HERE)))


_LOOK = _look(COMMITTED, _CALL.channel_id, known=literal(1), of_day=_LATELY)
_LOOK_AT_TOTALS = _look(SPENT.c.micros, SPENT.c.channel_id, known=KNOWN, of_day=_TODAY)
