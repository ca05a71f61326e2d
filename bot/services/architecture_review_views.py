"""An architecture review as its messages show it, made of its rows and of the registers."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.architecture_review import (
    OUTPUTS,
    AgendaPoint,
    DebtProposal,
    PointKind,
    PointResult,
    ReviewResult,
    TargetProposal,
    TechnologyProposal,
)
from bot.domain.performance_target import Named
from bot.domain.roots import provisional
from bot.domain.service import key_of
from bot.domain.task import TaskState
from bot.services import task_views, technologies
from bot.services.architecture_review_steps import CLOSED, summary_key
from bot.services.context import Context
from bot.slack.cards.architecture_review import (
    OutputLine,
    PointLine,
    ReviewCard,
    SummaryCard,
    review_card,
    summary_card,
)
from bot.slack.charts import RadarEntry
from storage.models import ArchitectureReview, ArchitectureReviewOutput, OutboxRow, Task
from storage.uow import UnitOfWork

Body = DebtProposal | TechnologyProposal | TargetProposal


async def card_of(ctx: Context, uow: UnitOfWork, row: ArchitectureReview) -> ReviewCard:
    """Return a review's first message as it stands."""
    outputs = await uow.architecture_reviews.outputs(row.id)
    task = await uow.tasks.of_thread(row.thread_id)
    result = None if row.summary is None else ReviewResult.model_validate(row.summary)
    return ReviewCard(
        review_id=row.id,
        public_id=row.public_id,
        state=row.state,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        points=tuple(
            PointLine(
                kind=PointKind(point.kind),
                title=task_views.voice_of(ctx, point.specialist).title,
                rows=_rows(AgendaPoint.model_validate(point.agenda)),
                worked=point.worked_at is not None,
                problem=point.problem,
            )
            for point in await uow.architecture_reviews.points(row.id)
        ),
        left_out=tuple(PointKind(kind) for kind in row.left_out),
        headline=result.headline if result is not None else "",
        proposed=len(outputs),
        decided=sum(output.state != "proposed" for output in outputs),
        closed_by=row.closed_by or "",
        stopped=_stopped(row, task),
    )


def _rows(agenda: AgendaPoint) -> int:
    return len(agenda.items) + agenda.more


def _stopped(row: ArchitectureReview, task: Task | None) -> str:
    """Return why a review goes no further for now."""
    if row.state == CLOSED or task is None:
        return ""
    if task.state is TaskState.STOPPED:
        return "stopped"
    if task.state is TaskState.FAILED:
        return f"failed; `/lead retry {task.public_id}` goes on"
    return "waits" if task.state is TaskState.PAUSED else ""


async def show(ctx: Context, uow: UnitOfWork, workspace_id: str, review_id: str) -> None:
    """Queue the first message, and the summary once there is one, or their edits."""
    row = await uow.architecture_reviews.get(workspace_id, review_id)
    now = ctx.clock.now()
    place: dict[str, Any] = {"workspace_id": workspace_id, "channel_id": row.channel_id}
    card = review_card(await card_of(ctx, uow, row))
    await uow.outbox.show(**place, key=provisional(row.id), payload=card.payload(), now=now)
    summary = await summary_of(ctx, uow, row)
    task = await uow.tasks.of_thread(row.thread_id)
    if summary is not None and task is not None:
        await uow.outbox.show(
            **place,
            key=summary_key(row.id),
            task_id=task.id,
            payload=summary_card(summary).payload(),
            now=now,
        )


async def summary_of(ctx: Context, uow: UnitOfWork, row: ArchitectureReview) -> SummaryCard | None:
    """Return the summary with each proposal as it stands; None before there is one."""
    if row.summary is None:
        return None
    outputs = await uow.architecture_reviews.outputs(row.id)
    return SummaryCard(
        public_id=row.public_id,
        result=ReviewResult.model_validate(row.summary),
        outputs=tuple([await line_of(uow, row, output) for output in outputs]),
        model=f"summed up {row.model}" if row.model == "by rule" else row.model,
        voice=task_views.lead_voice(ctx),
    )


async def line_of(
    uow: UnitOfWork, row: ArchitectureReview, output: ArchitectureReviewOutput
) -> OutputLine:
    """Return one proposal with who would own it and when it would be due."""
    body = body_of(output)
    line = OutputLine(
        output_id=output.id,
        body=body,
        state=output.state,
        result=output.result,
        decided_by=output.decided_by or "",
    )
    place: dict[str, Any] = {"seen_from": row.channel_id}
    if isinstance(body, TechnologyProposal):
        seen = await uow.technologies.seen(row.workspace_id, **place)
        known = next((one for one in seen if one.key == key_of(body.name)), None)
        return replace(line, was=known.ring if known is not None else "")
    service = await uow.services.find(row.workspace_id, body.service, **place)
    owner = service.owner_id if service is not None else None
    made = row.closed_at or row.created_at
    line = replace(line, owner_id=owner or "", due_on=due_on(body, made))
    if isinstance(body, TargetProposal):
        key = Named(body.service, body.metric).key
        target = await uow.performance_targets.find(row.workspace_id, key, **place)
        line = replace(line, current=target.current if target is not None else None)
    return line


def due_on(body: DebtProposal | TargetProposal, made: datetime) -> date | None:
    """Return the day by which a proposal is to be done, counted from when it was made."""
    days = body.due_in_days
    return None if days is None or not 0 <= days <= 3_650 else (made + timedelta(days=days)).date()


def body_of(output: ArchitectureReviewOutput) -> Body:
    """Return what is proposed."""
    return OUTPUTS[output.kind].model_validate(output.body)


async def draw_radar(ctx: Context, uow: UnitOfWork, row: OutboxRow) -> dict[str, Any] | None:
    """Draw the radar with the moves that a review proposes, hollow until they are accepted."""
    review = await uow.architecture_reviews.get(row.workspace_id, row.key.split(":")[1])
    found = await technologies.entries(ctx, uow, row.workspace_id, seen_from=review.channel_id)
    entries = {key_of(entry.name): entry for entry in found}
    for output in await uow.architecture_reviews.outputs(review.id):
        body = body_of(output)
        if output.state == "proposed" and isinstance(body, TechnologyProposal):
            now = entries.get(key_of(body.name))
            entries[key_of(body.name)] = RadarEntry(
                name=body.name,
                ring=body.ring.value,
                was=now.ring if now is not None else "new",
                proposed=True,
            )
    if not entries:
        return None
    hollow = any(entry.proposed for entry in entries.values())
    comment = "The technology radar." + (" Hollow dots are proposed." if hollow else "")
    return technologies.picture(list(entries.values()), comment=comment)


async def points_of(
    uow: UnitOfWork, row: ArchitectureReview
) -> list[tuple[AgendaPoint, PointResult | None, str]]:
    """Return the agenda with what came of each point, and why nothing did."""
    return [
        (
            AgendaPoint.model_validate(point.agenda),
            None if point.output is None else PointResult.model_validate(point.output),
            point.problem,
        )
        for point in await uow.architecture_reviews.points(row.id)
    ]
