"""What follows by rule from a sprint's rows: path, sizes, risks, tests, burndown."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.sprint.answers import RiskPlan
from bot.domain.sprint.burndown import Burndown, Piece, burndown
from bot.domain.sprint.capacity import work_days_between
from bot.domain.sprint.critical_path import CriticalPath, critical_path
from bot.domain.sprint.estimates import Spread, Vote, spread
from bot.domain.sprint.forecast import Forecast
from bot.domain.sprint.integration import IntegrationSlot, Part, integration_slots
from bot.domain.sprint.risks import Facts, Risk, risks
from bot.domain.sprint.states import CLOSED, ItemState
from bot.services import sprint_capacity
from bot.services.context import Context
from storage.models import Sprint, SprintItem, SprintTest, SprintVote, new_id
from storage.uow import UnitOfWork

MOST_SAID = 5
"""Risks that a model may add to those of the rows."""
UNKNOWN = 1.0
"""An item without an estimate counts as one point or day in the path; the card says so."""


@dataclass(frozen=True)
class Votes:
    """An item's votes in its present round; of those not revealed only who gave one."""

    voters: tuple[str, ...]
    shown: tuple[Vote, ...]
    came_to: Spread | None


def votes_of(item: SprintItem, rows: Sequence[SprintVote], unit: str) -> Votes:
    """Return an item's votes of its present round."""
    own = [row for row in rows if row.item_id == item.id and row.round == item.round]
    voters = tuple(row.voter for row in own)
    if item.revealed_at is None:
        return Votes(voters, (), None)
    shown = tuple(as_vote(row) for row in own)
    return Votes(voters, shown, spread(shown, unit) if shown else None)


def as_vote(row: SprintVote) -> Vote:
    """Return a stored vote as the rules see it."""
    return Vote(row.voter, row.value, row.reason, row.kind == "specialist", row.basis)


def path_of(items: Sequence[SprintItem]) -> CriticalPath:
    """Return the critical path of what is not dropped; what is done still counts."""
    kept = [item for item in items if item.state is not ItemState.DROPPED]
    durations = {item.id: item.estimate or UNKNOWN for item in kept}
    return critical_path(durations, {item.id: item.depends_on for item in kept})


async def risks_of(ctx: Context, uow: UnitOfWork, sprint: Sprint) -> list[Risk]:
    """Return the risks that the sprint's own rows show."""
    items = await uow.sprint_items.items(sprint.id)
    alive = [item for item in items if item.state not in CLOSED]
    steps = await uow.sprints.steps(sprint.id)
    days = sprint_capacity.days_of(sprint)
    found = await sprint_capacity.forecast_of(ctx, uow, sprint, items)
    carried = steps["carried"].body if "carried" in steps else {}
    left_out = steps["left-out"].body["links"] if "left-out" in steps else ()
    return risks(
        Facts(
            unit=sprint.unit,
            titles={item.id: item.title for item in alive},
            specialists={item.id: tuple(item.specialists) for item in alive},
            path=path_of(alive).path,
            unestimated=tuple(item.id for item in alive if item.estimate is None),
            wide=tuple(item.id for item in alive if item.revealed_at and not item.agreed),
            planned=sum(item.estimate or 0 for item in alive),
            person_days=days.days if days else 0,
            off=(days.off_people, days.off) if days else (0, 0),
            chance=found.chance if isinstance(found, Forecast) else None,
            carried=len(carried.get("items", ())),
            actions=tuple(carried.get("actions", ())),
            waits=tuple(carried.get("waits", ())),
            closed_links=tuple(left_out),
        )
    )


async def tests_of(ctx: Context, uow: UnitOfWork, sprint: Sprint) -> list[IntegrationSlot]:
    """Return when parts of the sprint are tested together."""
    items = [i for i in await uow.sprint_items.items(sprint.id) if i.state not in CLOSED]
    path = path_of(items)
    weekdays = await sprint_capacity.work_days(ctx, uow, sprint)
    return integration_slots(
        [Part(item.id, item.title, item.service, tuple(item.depends_on)) for item in items],
        path.planned,
        length=path.length,
        days=work_days_between(sprint.starts_on, sprint.ends_on, weekdays),
    )


async def weigh(
    ctx: Context, uow: UnitOfWork, sprint: Sprint, *, said: RiskPlan | None = None
) -> None:
    """Store risks and tests as they follow now; `said` is what a model adds, else what it added.

    Before the last step of planning there is nothing to store.
    """
    if said is None:
        steps = await uow.sprints.steps(sprint.id)
        if "risks" not in steps:
            return
        said = RiskPlan.model_validate(steps["risks"].body)
    found = [(one.text, one.mitigation) for one in await risks_of(ctx, uow, sprint)]
    found += [(one.text, one.mitigation) for one in said.risks[:MOST_SAID]]
    await uow.sprint_items.put_risks(sprint.workspace_id, sprint.id, found)
    rows = [
        SprintTest(
            id=new_id(),
            workspace_id=sprint.workspace_id,
            sprint_id=sprint.id,
            position=position,
            title=slot.title[:200],
            on_day=slot.on_day,
            items=list(slot.items),
        )
        for position, slot in enumerate(await tests_of(ctx, uow, sprint), 1)
    ]
    await uow.sprint_items.put_tests(sprint.id, rows)


async def burndown_of(ctx: Context, uow: UnitOfWork, sprint: Sprint) -> Burndown:
    """Return what was left at the end of each day; without an estimate an item counts as one."""
    items = await uow.sprint_items.items(sprint.id)
    pieces = [
        Piece(
            item.estimate or UNKNOWN,
            item.created_at.date(),
            item.ended_at.date() if item.ended_at is not None and item.state in CLOSED else None,
        )
        for item in items
    ]
    last = sprint.ended_at.date() if sprint.ended_at is not None else None
    today = ctx.clock.now().date()
    return burndown(
        pieces,
        first=sprint.starts_on,
        last=sprint.ends_on,
        today=min(today, last) if last is not None else today,
        work_days=await sprint_capacity.work_days(ctx, uow, sprint),
    )
