"""Counts what the rows of one channel and time say, for its assessment."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TypedDict

from bot.domain.assessment import Period, Tally, steps
from bot.domain.decision import DecisionState
from bot.domain.learning import LearningState
from bot.domain.retrospective import ActionState
from bot.domain.task import TaskState
from storage.uow import UnitOfWork

_HOUR, _DAY = 3600.0, 86_400.0
_OPEN_LEARNING = (LearningState.PLANNED, LearningState.BEGUN)


class Times(TypedDict):
    """From when on, and before when."""

    since: datetime
    until: datetime


class Numbered(Protocol):
    """A row that people call by a number."""

    @property
    def public_id(self) -> str: ...


async def tally(
    uow: UnitOfWork,
    workspace_id: str,
    channel_id: str,
    *,
    since: datetime,
    until: datetime,
    period: Period | None = None,
) -> Tally:
    """Return what one time comes to; with `period` also its steps."""
    place = (workspace_id, channel_id)
    found = await _flow(uow, place, await _work(uow, place, since, until), since, until)
    found = await _people(uow, place, found, since, until)
    found = await _register(uow, place, found, since, until)
    if period is None:
        return found
    parts = [
        await tally(uow, workspace_id, channel_id, since=first, until=last)
        for first, last in steps(period, until)
    ]
    return replace(found, steps=tuple(parts))


Place = tuple[str, str]


async def _work(uow: UnitOfWork, place: Place, since: datetime, until: datetime) -> Tally:
    ended = await uow.standups.tasks_ended(*place, since=since, until=until)
    done = [task for task in ended if task.state is TaskState.DONE]
    cost, cost_tasks = await uow.assessments.cost(*place, since=since, until=until)
    verdicts = await uow.assessments.verdicts(*place, since=since, until=until)
    return Tally(
        came_in=await uow.assessments.tasks_started(*place, since=since, until=until),
        done=len(done),
        failed=sum(task.state is TaskState.FAILED for task in ended),
        stopped=sum(task.state is TaskState.STOPPED for task in ended),
        hours=tuple(
            (task.ended_at - task.created_at).total_seconds() / _HOUR
            for task in done
            if task.ended_at is not None
        ),
        cost_micros=cost,
        cost_tasks=cost_tasks,
        good=verdicts.get("good", 0),
        bad=verdicts.get("bad", 0),
    )


async def _flow(
    uow: UnitOfWork, place: Place, found: Tally, since: datetime, until: datetime
) -> Tally:
    times: Times = {"since": since, "until": until}
    blockers = await uow.assessments.blockers(*place, **times)
    cases = await uow.assessments.escalations(*place, **times)
    decisions = await uow.assessments.decisions(*place, **times)
    hand_offs = await uow.assessments.hand_offs(*place, **times)
    waiting = [row for row in decisions if row.state is DecisionState.PROPOSED]
    decided = [row for row in decisions if row.decided_at is not None and row.decided_at < until]
    return replace(
        found,
        blockers=_ids(row for row in blockers if row.created_at >= since),
        solved_days=tuple(
            (row.solved_at - row.created_at).total_seconds() / _DAY
            for row in blockers
            if row.solved_at is not None and row.solved_at < until
        ),
        repeated=_ids(row for row in blockers if row.solved_at is None and row.times > 1),
        escalations=_ids(row for row in cases if row.created_at >= since),
        escalations_open=_ids(row for row in cases if row.resolved_at is None),
        decided=len([row for row in decided if row.state is not DecisionState.PROPOSED]),
        undecided=_ids(waiting),
        to_review=_ids(await uow.assessments.decisions_to_review(*place, until=until)),
        hand_offs_late=_ids(
            row
            for row in hand_offs
            if row.ended_at is None and row.due_at is not None and row.due_at < until
        ),
        compared=_ids(await uow.assessments.matrices(*place, **times)),
    )


async def _people(
    uow: UnitOfWork, place: Place, found: Tally, since: datetime, until: datetime
) -> Tally:
    times: Times = {"since": since, "until": until}
    asked, answered = await uow.assessments.answers(*place, **times)
    actions = await uow.retro_actions.tracked(*place, **times)
    open_ones = [row for row in actions if row.state == ActionState.OPEN]
    late = [row for row in open_ones if row.due_on is not None and row.due_on < until.date()]
    plan = [
        row
        for row in await uow.learning.plan_of(*place, since=since)
        if row.created_at < until and (row.ended_at is None or row.ended_at < until)
    ]
    learning = [row for row in plan if row.state in _OPEN_LEARNING]
    return replace(
        found,
        asked=asked,
        answered=answered,
        actions_done=sum(
            row.state == ActionState.DONE and row.ended_at is not None and row.ended_at < until
            for row in actions
        ),
        actions_open=_ids(open_ones),
        actions_late=_ids(late),
        actions_nobodys=_ids(row for row in open_ones if row.owner_id is None),
        lessons=len(await uow.retrospective_rows.lessons_between(*place, **times)),
        retrospectives=len(await uow.retrospectives.closed_between(*place, **times)),
        learned=sum(row.state == LearningState.DONE for row in plan),
        learning_open=_ids(learning),
        learning_late=_ids(
            row for row in learning if row.due_on is not None and row.due_on < until.date()
        ),
    )


async def _register(
    uow: UnitOfWork, place: Place, found: Tally, since: datetime, until: datetime
) -> Tally:
    """Add what the registers say that may be seen from the channel, as it stands now."""
    workspace_id, channel_id = place
    services = await uow.services.known_in(workspace_id, seen_from=channel_id)
    lines = await uow.services.dependencies(workspace_id, [row.id for row in services])
    debts = await uow.debts.open(workspace_id, seen_from=channel_id)
    ended = await uow.debts.ended(workspace_id, seen_from=channel_id, limit=200)
    known = {row.id: row for row in await uow.technologies.seen(workspace_id, seen_from=channel_id)}
    moves = await uow.technologies.moves(workspace_id, list(known), since=since)
    return replace(
        found,
        services=len(services),
        ownerless=tuple(row.name for row in services if not row.owner_id),
        dependencies=len(lines),
        debts=_ids(debts),
        debts_late=_ids(
            row for row in debts if row.due_on is not None and row.due_on < until.date()
        ),
        debts_planless=_ids(row for row in debts if not row.plan),
        debts_ended=sum(
            row.ended_at is not None and since <= row.ended_at < until for row in ended
        ),
        moves=tuple(
            f"{known[move.technology_id].name}: {move.was or 'new'} to {move.ring}"
            for move in moves
            if move.moved_at < until
        ),
    )


async def topics(
    uow: UnitOfWork, place: Place, *, since: datetime, until: datetime, most: int = 5
) -> Sequence[str]:
    """Return what retrospectives of a time voted for most, with the number of votes."""
    found = []
    for row in await uow.retrospectives.closed_between(*place, since=since, until=until):
        groups = await uow.retrospective_rows.groups(row.id)
        found += [(group.votes, row.public_id, group.title) for group in groups if group.votes]
    found.sort(key=lambda item: (-item[0], item[1], item[2]))
    return [
        f"{title} ({votes} vote{'s' * (votes > 1)}, {number})"
        for votes, number, title in found[:most]
    ]


def _ids(rows: Iterable[Numbered]) -> tuple[str, ...]:
    return tuple(row.public_id for row in rows)
