"""Architectures: proposed by a task, accepted by a person into the graph of services."""

from typing import Any

from bot.domain.architecture import ServiceArchitecture, sound
from bot.domain.decision import DecisionProposal
from bot.domain.events import BoardMoved
from bot.domain.roots import is_provisional
from bot.domain.service import key_of
from bot.domain.task import ENDED
from bot.errors import NotFound, UserFacingError
from bot.model.port import ArchitectureRequest, Reply
from bot.services import service_graph, tasks
from bot.services.answering import begin_round, is_over
from bot.services.context import Context
from bot.services.model_step import Done, ModelStep, perform
from bot.services.reading import read_thread
from bot.services.recording import Record, store
from bot.services.service_graph import Place
from bot.slack.cards.service import ArchitectureCard, architecture_card
from bot.slack.charts import SKETCH, sketch_graph
from bot.slack.text import clip, escape, line
from storage.models import Architecture, OutboxRow, Task
from storage.uow import UnitOfWork

MAP = "architecture_map"
"""The outbox's name for the picture: it is drawn when it is sent."""
PLAYBOOK = "offline playbook, no model"
_DOMAIN = 120
"""Characters of a domain in a sentence; what a model calls it is not bounded."""


async def design(ctx: Context, task_id: str, *, run: str | None = None) -> None:
    """Propose an architecture for a task's text and end the task; safe to run again.

    Raises what `perform` raises.
    """
    await perform(ctx, task_id, ArchitectureStep(ctx), run=run)


class ArchitectureStep(ModelStep[ServiceArchitecture, None]):
    """The one call of such a task."""

    name = "architecture"

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._round = 0

    async def begin(self, uow: UnitOfWork, task: Task) -> ArchitectureRequest | Done[None]:
        """Read the thread and the services that may be seen there."""
        self._round = task.round
        if task.state in ENDED:
            return Done(None)
        begin_round(self._ctx, task)
        seen = await uow.services.known_in(task.workspace_id, seen_from=task.channel_id)
        return ArchitectureRequest(
            text=task.text,
            said=await read_thread(uow, task),
            known=tuple(service.name for service in seen),
        )

    async def end(self, uow: UnitOfWork, task: Task, reply: Reply[ServiceArchitecture]) -> None:
        """Store the proposal, show it in the thread, end the task."""
        if is_over(task, self._round):
            return
        made = sound(reply.value)
        row = await uow.services.add_architecture(
            Architecture(
                workspace_id=task.workspace_id,
                channel_id=task.channel_id,
                task_id=task.id,
                round=task.round,
                domain=made.domain[:200],
                body=made.model_dump(mode="json"),
                model=PLAYBOOK if reply.model == "offline" else reply.model,
                created_at=self._ctx.clock.now(),
            )
        )
        task.title = task.title or f"Services for {made.domain}"[:200]
        await self._ctx.announcer.announce(uow, BoardMoved.of("architecture", row))
        if made.boundaries:
            await uow.outbox.add(
                workspace_id=task.workspace_id,
                channel_id=task.channel_id,
                task_id=task.id,
                key=f"architecture:{row.id}:map",
                method="files.upload",
                payload={},
                view=MAP,
                now=self._ctx.clock.now(),
            )
        await tasks.finish(self._ctx, uow, task)


async def accept(ctx: Context, architecture_id: str, place: Place, *, receipt: str) -> Architecture:
    """Put a proposal's services and dependencies into the graph, once, and record the decision.

    What the graph has already stays as it is. Raises NotFound, and UserFacingError when somebody
    was faster.
    """
    async with ctx.database.begin() as uow:
        row = await _get(uow, place.workspace_id, architecture_id, lock=True)
        now = ctx.clock.now()
        if not await uow.receipts.is_new(row.workspace_id, receipt, now=now):
            return row
        if row.accepted_by is not None:
            raise UserFacingError("Its services are in the graph already.")
        task = await uow.tasks.get(row.task_id)
        made = ServiceArchitecture.model_validate(row.body)
        await uow.channels.lock_workspace(row.workspace_id)
        services = {}
        for item in made.boundaries:
            service = await service_graph.ensure(ctx, uow, place, item.name, surely=True)
            service.about = service.about or item.responsibility[:300]
            services[key_of(item.name)] = service
        for line in made.communication:
            ends = (services[key_of(line.source)], services[key_of(line.target)])
            if await uow.services.between(ends[0].id, ends[1].id) is None:
                await service_graph.connect(ctx, uow, place, ends, line.kind, source=task.public_id)
        row.accepted_by, row.accepted_at = place.user_id, now
        await _record(ctx, uow, row, task, made, place, key=receipt)
        await ctx.announcer.announce(uow, BoardMoved.of("architecture", row))
    return row


async def _record(
    ctx: Context,
    uow: UnitOfWork,
    row: Architecture,
    task: Task,
    made: ServiceArchitecture,
    place: Place,
    *,
    key: str,
) -> None:
    """Put on record that a person took these boundaries, in the task's thread."""
    names = tuple(item.name for item in made.boundaries)
    thread = await uow.threads.get(task.thread_id)
    kinds = ", ".join(
        f"{line.source} to {line.target} ({line.kind.value})" for line in made.communication
    )
    wanted = Record(
        workspace_id=row.workspace_id,
        channel_id=row.channel_id,
        root_ts="" if is_provisional(thread.root_ts) else thread.root_ts,
        user_id=place.user_id,
        title=f"Services for {made.domain}"[:150],
        context=task.text[:1_000],
        outcome=f"{', '.join(names)}, each with its own data. {made.deployment}",
        source_url="",
        key=key or f"architecture:{row.id}",
        accepted=True,
        more=DecisionProposal(
            title=made.domain,
            context=task.text[:1_000],
            outcome=made.domain,
            consequences=tuple(
                filter(
                    None, (f"Consistency is {made.consistency}. {made.consistency_reason}", kinds)
                )
            ),
            services=names,
        ),
    )
    await store(ctx, uow, wanted)


async def find(ctx: Context, workspace_id: str, architecture_id: str) -> Architecture:
    """Return a proposal of this workspace; raises NotFound."""
    async with ctx.database.read() as uow:
        return await _get(uow, workspace_id, architecture_id)


async def _get(
    uow: UnitOfWork, workspace_id: str, architecture_id: str, *, lock: bool = False
) -> Architecture:
    row = await uow.services.architecture(workspace_id, architecture_id, lock=lock)
    if row is None:
        raise NotFound("architecture", architecture_id)
    return row


async def show(ctx: Context, uow: UnitOfWork, workspace_id: str, architecture_id: str) -> None:
    """Queue the card, or its edit, in the task's thread."""
    row = await _get(uow, workspace_id, architecture_id)
    task = await uow.tasks.get(row.task_id)
    card = ArchitectureCard(
        architecture_id=row.id,
        task=task.public_id,
        body=ServiceArchitecture.model_validate(row.body),
        model=row.model,
        accepted_by=row.accepted_by,
        accepted_at=row.accepted_at,
    )
    await uow.outbox.show(
        workspace_id=row.workspace_id,
        channel_id=row.channel_id,
        task_id=row.task_id,
        key=f"architecture:{row.id}:card",
        payload=architecture_card(card).payload(),
        now=ctx.clock.now(),
    )


async def draw(ctx: Context, uow: UnitOfWork, row: OutboxRow) -> dict[str, Any] | None:
    """Draw the proposal's services."""
    found = await _get(uow, row.workspace_id, row.key.split(":")[1])
    made = ServiceArchitecture.model_validate(found.body)
    names = [item.name for item in made.boundaries]
    chart = sketch_graph(clip(line(made.domain), _DOMAIN), names, made.edges())
    domain = escape(clip(line(made.domain), _DOMAIN))
    comment = f"The services of {domain} as proposed."
    return {SKETCH: chart.as_json(), "filename": "services.png", "initial_comment": comment}
