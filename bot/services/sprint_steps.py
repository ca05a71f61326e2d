"""The model calls of planning a sprint: each stores what it gave together with its step."""

from abc import abstractmethod
from typing import Generic, TypeVar

from pydantic import BaseModel

from bot.domain.sprint.answers import (
    MOST_ITEMS,
    Breakdown,
    Dependencies,
    Estimates,
    RiskPlan,
    Staffing,
)
from bot.domain.sprint.critical_path import circle
from bot.domain.sprint.estimates import SCALES, on_scale
from bot.domain.sprint.states import CLOSED, SprintState
from bot.domain.task import ENDED
from bot.model.port import Reply, Request
from bot.model.sprint_port import (
    SprintBreakdownRequest,
    SprintDependencyRequest,
    SprintEstimateRequest,
    SprintRiskRequest,
    SprintStaffRequest,
)
from bot.services import sprint_capacity, sprint_facts, sprints
from bot.services.answering import begin_round, is_over
from bot.services.context import Context
from bot.services.model_step import Done, ModelStep
from bot.services.reading import read_thread
from bot.services.sprint_rows import MOST_REASON, basis, keep_step, lines_of
from storage.models import Sprint, SprintItem, Task, new_id
from storage.uow import UnitOfWork

R = TypeVar("R", bound=BaseModel)
Problems = tuple[str, ...]
_MOST_ABOUT = 2_000
"""Ours: an item is a wish to the team one day, which must not be too long."""


class _Step(ModelStep[R, Problems], Generic[R]):
    """What the steps share: asked while the sprint is a draft, stored once."""

    row = ""
    """The step's row."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._round = 0

    async def begin(self, uow: UnitOfWork, task: Task) -> Request[R] | Done[Problems]:
        """Ask unless it was done, or there is nothing to ask about."""
        self._round = task.round
        sprint = await uow.sprints.of_thread(task.thread_id)
        if task.state in ENDED or sprint is None or sprint.state is not SprintState.DRAFT:
            return Done(())
        if self.row in await uow.sprints.steps(sprint.id):
            return Done(())
        begin_round(self._ctx, task)
        items = [i for i in await uow.sprint_items.items(sprint.id) if i.state not in CLOSED]
        asked = await self.ask(uow, task, sprint, items)
        return Done(()) if asked is None else asked

    async def end(self, uow: UnitOfWork, task: Task, reply: Reply[R]) -> Problems:
        """Store the reply, unless the sprint moved on meanwhile; return what is wrong with it."""
        sprint = await uow.sprints.of_thread(task.thread_id, lock=True)
        if sprint is None or is_over(task, self._round) or sprint.state is not SprintState.DRAFT:
            return ()
        if self.row in await uow.sprints.steps(sprint.id):
            return ()
        items = [i for i in await uow.sprint_items.items(sprint.id) if i.state not in CLOSED]
        problems = await self.store(uow, sprint, items, reply)
        if problems:
            return problems
        await keep_step(
            self._ctx,
            uow,
            sprint,
            self.row,
            reply.value.model_dump(mode="json"),
            model=reply.model,
        )
        await sprints.announce(self._ctx, uow, sprint)
        return ()

    @abstractmethod
    async def ask(
        self, uow: UnitOfWork, task: Task, sprint: Sprint, items: list[SprintItem]
    ) -> Request[R] | None:
        """Return the request; None where nothing need be asked."""

    @abstractmethod
    async def store(
        self, uow: UnitOfWork, sprint: Sprint, items: list[SprintItem], reply: Reply[R]
    ) -> Problems:
        """Store the reply's meaning; return why it cannot be used."""


class BreakdownStep(_Step[Breakdown]):
    """Step 1: the requirements become items."""

    name = "sprint:breakdown"
    row = "breakdown"

    async def ask(
        self, uow: UnitOfWork, task: Task, sprint: Sprint, items: list[SprintItem]
    ) -> Request[Breakdown] | None:
        seen = await uow.services.known_in(task.workspace_id, seen_from=task.channel_id)
        actions = await uow.retro_actions.open_in(sprint.workspace_id, sprint.channel_id)
        return SprintBreakdownRequest(
            text=task.text,
            said=await read_thread(uow, task),
            goal=sprint.goal,
            limits=sprint.limits,
            items=lines_of(items),
            services=tuple(service.name for service in seen),
            actions=tuple(row.text for row in actions),
        )

    async def store(
        self, uow: UnitOfWork, sprint: Sprint, items: list[SprintItem], reply: Reply[Breakdown]
    ) -> Problems:
        now, room = self._ctx.clock.now(), max(0, MOST_ITEMS - len(items))
        sprint.goal = sprint.goal or " ".join(reply.value.goal.split())[:300]
        made = [
            SprintItem(
                id=new_id(),
                workspace_id=sprint.workspace_id,
                sprint_id=sprint.id,
                title=" ".join(item.title.split())[:200],
                about=item.about.strip()[:_MOST_ABOUT],
                service=item.service.strip()[:80],
                created_at=now,
                updated_at=now,
            )
            for item in reply.value.items[:room]
            if item.title.strip()
        ]
        await uow.sprint_items.add_items(sprint.id, made)
        return ()


class StaffStep(_Step[Staffing]):
    """Step 2: items get specialists; who was named by a person stays."""

    name = "sprint:staffing"
    row = "staffing"

    async def ask(
        self, uow: UnitOfWork, task: Task, sprint: Sprint, items: list[SprintItem]
    ) -> Request[Staffing] | None:
        if not items:
            return None
        pace = await sprint_capacity.pace(self._ctx, uow, sprint.workspace_id)
        return SprintStaffRequest(
            text=task.text, items=lines_of(items), load=tuple(sorted(pace.items()))
        )

    async def store(
        self, uow: UnitOfWork, sprint: Sprint, items: list[SprintItem], reply: Reply[Staffing]
    ) -> Problems:
        chosen = {one.item: one.specialists for one in reply.value.items}
        for item in items:
            known = [n for n in chosen.get(item.position, ()) if n in self._ctx.team.specialists]
            if known and not item.specialists:
                item.specialists = list(dict.fromkeys(known))[:3]
        await uow.session.flush()
        return ()


class DependencyStep(_Step[Dependencies]):
    """Step 3: what comes after what; an answer that goes in a circle is sent back once."""

    row = "dependencies"

    def __init__(self, ctx: Context, *, problems: Problems = ()) -> None:
        super().__init__(ctx)
        self._problems = problems
        self.name = "sprint:dependencies:again" if problems else "sprint:dependencies"

    async def ask(
        self, uow: UnitOfWork, task: Task, sprint: Sprint, items: list[SprintItem]
    ) -> Request[Dependencies] | None:
        if len(items) < 2:
            return None
        return SprintDependencyRequest(
            text=task.text, items=lines_of(items), problems=self._problems
        )

    async def store(
        self, uow: UnitOfWork, sprint: Sprint, items: list[SprintItem], reply: Reply[Dependencies]
    ) -> Problems:
        by_number = {item.position: item for item in items}
        needs: dict[str, list[str]] = {item.id: list(item.depends_on) for item in items}
        left_out: list[str] = []
        for link in reply.value.links:
            item, other = by_number.get(link.item), by_number.get(link.needs)
            if item is None or other is None or item is other or other.id in needs[item.id]:
                continue
            if circle({**needs, item.id: [*needs[item.id], other.id]}):
                if not self._problems:
                    return (_in_a_circle(needs, item, other),)
                left_out.append(f"{item.title} after {other.title}")
                continue
            needs[item.id].append(other.id)
        for item in items:
            item.depends_on = needs[item.id]
        if left_out:
            body = {"links": left_out}
            await keep_step(self._ctx, uow, sprint, "left-out", body, model=reply.model)
        await uow.session.flush()
        return ()


def _in_a_circle(needs: dict[str, list[str]], item: SprintItem, other: SprintItem) -> str:
    return (
        f"item {item.position} cannot come after item {other.position}, which waits for it"
        " directly or through others"
    )


class EstimateStep(_Step[Estimates]):
    """Step 4, for one specialist: its votes, hidden like all others."""

    def __init__(self, ctx: Context, specialist: str) -> None:
        super().__init__(ctx)
        self._specialist = specialist
        self.name = f"sprint:estimates:{specialist}"
        self.row = f"estimates:{specialist}"

    async def ask(
        self, uow: UnitOfWork, task: Task, sprint: Sprint, items: list[SprintItem]
    ) -> Request[Estimates] | None:
        own = [item for item in items if self._specialist in item.specialists]
        usual, seen = (await sprint_capacity.usual(uow, sprint)).get(self._specialist, (None, 0))
        return SprintEstimateRequest(
            text=task.text,
            specialist=self._specialist,
            items=lines_of(own),
            unit=sprint.unit,
            scale=SCALES[sprint.unit],
            usual=usual,
            seen=seen,
        )

    async def store(
        self, uow: UnitOfWork, sprint: Sprint, items: list[SprintItem], reply: Reply[Estimates]
    ) -> Problems:
        own = {item.position: item for item in items if self._specialist in item.specialists}
        votes = [
            {
                "item_id": own[said.item].id,
                "round": own[said.item].round,
                "voter": self._specialist,
                "workspace_id": sprint.workspace_id,
                "kind": "specialist",
                "value": on_scale(said.value, sprint.unit),
                "reason": said.reason[:MOST_REASON],
                "basis": basis(reply.model)[:120],
                "voted_at": self._ctx.clock.now(),
            }
            for said in reply.value.items
            if said.item in own and own[said.item].revealed_at is None
        ]
        await uow.sprint_items.put_votes(sprint.id, votes)
        return ()


class RiskStep(_Step[RiskPlan]):
    """Step 5: risks with what helps, and when parts are tested together."""

    name = "sprint:risks"
    row = "risks"

    async def ask(
        self, uow: UnitOfWork, task: Task, sprint: Sprint, items: list[SprintItem]
    ) -> Request[RiskPlan] | None:
        if not items:
            return None
        found = await sprint_facts.risks_of(self._ctx, uow, sprint)
        return SprintRiskRequest(
            text=task.text,
            items=lines_of(items),
            found=tuple((risk.text, risk.mitigation) for risk in found),
            limits=sprint.limits,
        )

    async def store(
        self, uow: UnitOfWork, sprint: Sprint, items: list[SprintItem], reply: Reply[RiskPlan]
    ) -> Problems:
        await sprint_facts.weigh(self._ctx, uow, sprint, said=reply.value)
        return ()
