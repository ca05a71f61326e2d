"""What a sprint says: its card, edited in place; plan, votes and end in its thread; pictures."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.domain.days import day_words
from bot.domain.lanes import FILE_UPLOAD, POST
from bot.domain.roots import provisional
from bot.domain.sprint.estimates import amount
from bot.domain.sprint.states import SprintState
from bot.domain.task import TaskState
from bot.services import quiet, retrospectives, sprint_facts
from bot.services.context import Context
from bot.services.retrospectives import Opening
from bot.services.sprint_views import card_of
from bot.slack.cards.sprint import day, over_post, sprint_card, votes_post
from bot.slack.charts import SKETCH, Sketch, sketch_line, sketch_path
from bot.slack.post import Post
from bot.slack.text import clip, line
from storage.models import OutboxRow, Sprint, SprintItem, SprintVote, Task
from storage.uow import UnitOfWork

PLAN, BURNDOWN = "sprint_plan", "sprint_burndown"
"""Views of outbox rows: drawn when they are sent."""
_MOST_DRAWN = 20

Json = dict[str, Any]


async def show(ctx: Context, uow: UnitOfWork, workspace_id: str, sprint_id: str) -> None:
    """Queue the card, or its edit: in the task's thread, or as the message that begins one."""
    sprint = await uow.sprints.get(workspace_id, sprint_id)
    in_thread = sprint.source == "message"
    shown: Json = {
        "workspace_id": workspace_id,
        "channel_id": sprint.channel_id,
        "key": f"sprint:{sprint.id}:card" if in_thread else provisional(sprint.id),
        "task_id": sprint.task_id if in_thread else None,
        "payload": sprint_card(await card_of(ctx, uow, sprint)).payload(),
        "now": ctx.clock.now(),
    }
    if sprint.source == "schedule" and sprint.task_id is None:
        # Nobody asked for it now: its first message waits for the end of quiet hours.
        later = await quiet.until(ctx, uow, workspace_id, channel_id=sprint.channel_id)
        if await uow.outbox.add(**shown, method=POST, not_before=later):
            return
    await uow.outbox.show(**shown)


async def refresh(ctx: Context, uow: UnitOfWork, task: Task) -> None:
    """Let a draft's card offer to be planned again when its task failed or was stopped."""
    if task.mode != "sprint" or task.state is TaskState.DONE:
        return
    sprint = await uow.sprints.of_thread(task.thread_id)
    if sprint is not None and sprint.state is SprintState.DRAFT:
        await show(ctx, uow, sprint.workspace_id, sprint.id)


async def say_plan(ctx: Context, uow: UnitOfWork, sprint: Sprint) -> None:
    """Queue the picture of the plan in the thread."""
    await picture(ctx, uow, sprint, PLAN, key="plan")


async def say_votes(
    ctx: Context,
    uow: UnitOfWork,
    sprint: Sprint,
    shown: Sequence[SprintItem],
    votes: Sequence[SprintVote],
) -> None:
    """Queue what was revealed, with who is asked why; and the plan anew, as sizes moved."""
    card = await card_of(ctx, uow, sprint)
    ids = frozenset(item.id for item in shown)
    turn = f"{len(votes)}:{max(item.round for item in shown)}:{ctx.clock.now():%Y%m%d%H%M%S%f}"
    await say(ctx, uow, sprint, f"votes:{turn}", votes_post(card, ids))
    await picture(ctx, uow, sprint, PLAN, key=f"plan:{turn}")


async def say_end(ctx: Context, uow: UnitOfWork, sprint: Sprint) -> None:
    """Queue how it ended and its burndown, and begin its retrospective unless one is open here."""
    hint = await retrospectives.follow(
        ctx,
        uow,
        Opening(
            workspace_id=sprint.workspace_id,
            channel_id=sprint.channel_id,
            key=f"sprint:{sprint.id}",
            name=f"Retrospective of {sprint.public_id}",
            by=sprint.ended_by or "",
        ),
    )
    await say(ctx, uow, sprint, "end", over_post(await card_of(ctx, uow, sprint), hint=hint))
    await picture(ctx, uow, sprint, BURNDOWN, key="burndown:end")


async def say_over(ctx: Context, uow: UnitOfWork, sprint: Sprint) -> None:
    """Queue that the last day has passed, with a button that ends it; not in quiet hours."""
    await say(
        ctx,
        uow,
        sprint,
        f"over:{sprint.ends_on}",
        over_post(await card_of(ctx, uow, sprint)),
        not_before=await quiet.until(ctx, uow, sprint.workspace_id, channel_id=sprint.channel_id),
    )


async def say(
    ctx: Context,
    uow: UnitOfWork,
    sprint: Sprint,
    key: str,
    post: Post,
    *,
    not_before: datetime | None = None,
) -> None:
    """Queue a message in the sprint's thread, once for each key."""
    await uow.outbox.add(
        **_place(sprint),
        key=f"sprint:{sprint.id}:{key}",
        method=POST,
        payload=post.payload(),
        now=ctx.clock.now(),
        not_before=not_before,
    )


async def picture(ctx: Context, uow: UnitOfWork, sprint: Sprint, view: str, *, key: str) -> bool:
    """Queue a picture in the sprint's thread; False when `key` was queued before."""
    return await uow.outbox.add(
        **_place(sprint),
        key=f"sprint:{sprint.id}:{key}",
        method=FILE_UPLOAD,
        payload={},
        view=view,
        now=ctx.clock.now(),
    )


def _place(sprint: Sprint) -> Json:
    return {
        "workspace_id": sprint.workspace_id,
        "channel_id": sprint.channel_id,
        "task_id": sprint.task_id,
    }


async def draw_plan(ctx: Context, uow: UnitOfWork, row: OutboxRow) -> Json | None:
    """Draw the items along their dependencies; nothing for a sprint without items."""
    sprint = await uow.sprints.get(row.workspace_id, row.key.split(":")[1])
    card = await card_of(ctx, uow, sprint)
    chart = await plan_chart(uow, sprint)
    if chart is None:
        return None
    chain = " → ".join(map(str, card.path))
    length = amount(card.path_length, sprint.unit)
    unsure = "; an item without an estimate counts as 1" if card.unestimated else ""
    comment = f"{sprint.public_id}, critical path {length}: {chain}{unsure}"
    return {SKETCH: chart.as_json(), "filename": "sprint-plan.png", "initial_comment": comment}


async def plan_chart(uow: UnitOfWork, sprint: Sprint) -> Sketch | None:
    """Return a bar for each item from its earliest start on, those of the critical path marked."""
    items = await uow.sprint_items.items(sprint.id)
    path = sprint_facts.path_of(items)
    kept = [item for item in items if item.id in path.planned][:_MOST_DRAWN]
    if not kept:
        return None
    place = {item.id: at for at, item in enumerate(kept)}
    bars = [
        (
            f"{item.position}. {line(item.title)}",
            path.planned[item.id].start,
            path.planned[item.id].end,
            item.id in path.critical,
            [place[need] for need in item.depends_on if need in place],
        )
        for item in kept
    ]
    goal = clip(line(sprint.goal), 60)
    return sketch_path(f"{sprint.public_id} {goal}", bars, unit=sprint.unit)


async def draw_burndown(ctx: Context, uow: UnitOfWork, row: OutboxRow) -> Json | None:
    """Draw what was left at the end of each day beside an even pace to the last day."""
    sprint = await uow.sprints.get(row.workspace_id, row.key.split(":")[1])
    found = await sprint_facts.burndown_of(ctx, uow, sprint)
    if not found.left:
        return None
    days = ["start", *(day_words(one) for one in found.days)]
    chart = sketch_line(
        f"{sprint.public_id}: {sprint.unit} left",
        days,
        {
            "left": [found.whole, *found.left],
            "at an even pace": [found.whole, *found.even],
        },
    )
    left, last = amount(found.left[-1], sprint.unit), found.days[len(found.left) - 1]
    comment = f"{sprint.public_id} on {day(last)}: {left} left of {found.whole:g}."
    return {SKETCH: chart.as_json(), "filename": "burndown.png", "initial_comment": comment}
