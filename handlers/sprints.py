"""A sprint's card in Slack: have it planned, estimate, reveal, accept, look at it, end it."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.access import Act
from bot.domain.output import Synthesis
from bot.domain.task import TaskState
from bot.errors import NotFound, UserFacingError
from bot.services import sprint_news, sprint_views, sprint_votes, sprints, tasks
from bot.services.wishes import Wish
from bot.services.workspace_settings import effective
from bot.slack.cards.sprint import day
from bot.slack.cards.sprint_modals import (
    estimate_modal,
    item_modal,
    items_modal,
    new_sprint_modal,
)
from bot.slack.payloads import SprintAction, SprintDraft, TaskAction
from handlers.desk import Desk
from handlers.interaction import Click, Interaction, clicked
from handlers.privacy import is_private
from handlers.triggers import before_replies
from storage.models import Sprint, Task

Json = dict[str, Any]


class SprintActions:
    """Whoever may ask in the channel may vote and add; who may approve starts and ends it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons come here."""
        app.action("sprint.from")(clicked(self.begin))
        app.action("sprint.plan")(clicked(self.plan))
        app.action("sprint.accept")(clicked(self.accept))
        app.action("sprint.items")(clicked(self.items))
        app.action("sprint.estimate")(clicked(self.estimate))
        app.action("sprint.reveal")(clicked(self.reveal))
        app.action("sprint.again")(clicked(self.again))
        app.action("sprint.add")(clicked(self.add))
        app.action("sprint.burndown")(clicked(self.burndown))
        app.action("sprint.end")(clicked(self.end))

    async def begin(self, click: Click) -> None:
        """Open the form of a sprint with the next steps of a recommendation."""
        await click.ack()
        payload, workspace = TaskAction.read(click.value), click.workspace
        async with self._desk.ctx.database.read() as uow:
            task = await uow.session.get(Task, payload.task_id)
        if task is None or task.workspace_id != workspace:
            raise NotFound("task", payload.task_id)
        view = await new_form(self._desk, workspace, task.channel_id, requirements_of(task))
        await click.open(view)

    async def plan(self, click: Click) -> None:
        """Have a draft planned in its thread, or go on where that failed."""
        await click.ack()
        sprint = await find(self._desk, click.value, "ask", click)
        await begin_plan(self._desk, click, sprint, receipt=click.key)

    async def accept(self, click: Click) -> None:
        """Start a planned sprint."""
        await click.ack()
        sprint = await find(self._desk, click.value, "approve", click)
        by, receipt = click.user, click.key
        await sprints.accept(self._desk.ctx, sprint, by=by, receipt=receipt)

    async def items(self, click: Click) -> None:
        """Show every item with what can be done about it."""
        await click.ack()
        sprint = await find(self._desk, click.value, "look", click)
        async with self._desk.ctx.database.read() as uow:
            card = await sprint_views.card_of(self._desk.ctx, uow, sprint)
        await click.open(items_modal(card))

    async def estimate(self, click: Click) -> None:
        """Open the form for one's own votes, with those given before."""
        await click.ack()
        sprint = await find(self._desk, click.value, "ask", click)
        view = await ballot(self._desk, sprint, click.user)
        await click.open(view)

    async def reveal(self, click: Click) -> None:
        """Show all votes that are hidden."""
        await click.ack()
        sprint = await find(self._desk, click.value, "ask", click)
        by, receipt = click.user, click.key
        await sprint_votes.reveal(self._desk.ctx, sprint, by=by, receipt=receipt)

    async def again(self, click: Click) -> None:
        """Open the next round of votes where they lie far apart."""
        await click.ack()
        sprint = await find(self._desk, click.value, "ask", click)
        by, receipt = click.user, click.key
        await sprint_votes.vote_again(self._desk.ctx, sprint, by=by, receipt=receipt)

    async def add(self, click: Click) -> None:
        """Open the form for one more item."""
        await click.ack()
        sprint = await find(self._desk, click.value, "ask", click)
        async with self._desk.ctx.database.read() as uow:
            card = await sprint_views.card_of(self._desk.ctx, uow, sprint)
        team = self._desk.ctx.team.specialists.values()
        view = item_modal(card, [(who.name, who.title) for who in team])
        await click.open(view)

    async def burndown(self, click: Click) -> None:
        """Post a picture of what is left into the thread."""
        await click.ack()
        sprint = await find(self._desk, click.value, "ask", click)
        await post_burndown(self._desk, sprint, receipt=click.key)

    async def end(self, click: Click) -> None:
        """End a sprint."""
        await click.ack()
        sprint = await find(self._desk, click.value, "approve", click)
        by, receipt = click.user, click.key
        await sprints.end(self._desk.ctx, sprint, by=by, receipt=receipt)


def requirements_of(task: Task) -> str:
    """Return the next steps that a task's recommendation names, else what it was about."""
    if task.synthesis is not None:
        steps = Synthesis.model_validate(task.synthesis).next_steps
        if steps:
            return "\n".join(f"- {' '.join(step.split())}" for step in steps)
    return task.text


async def new_form(
    desk: Desk, workspace_id: str, channel_id: str, requirements: str, *, hand_off_id: str = ""
) -> Json:
    """Return the form that opens a sprint, with the days that the channel's settings give."""
    today = desk.ctx.clock.now().date()
    async with desk.ctx.database.read() as uow:
        chosen = await effective(desk.ctx, uow, workspace_id, channel_id=channel_id)
    first, last = sprints.usual_days(today, weeks=int(str(chosen.values["sprint_weeks"].value)))
    place = SprintDraft(channel_id=channel_id, hand_off_id=hand_off_id)
    return new_sprint_modal(place, requirements=requirements[:3_000], first=first, last=last)


async def find(desk: Desk, value: object, act: Act, by: Interaction) -> Sprint:
    """Return the sprint of a button, if the person may do that where it lives."""
    return await get(desk, SprintAction.read(value).sprint_id, act, by)


async def get(desk: Desk, sprint_id: str, act: Act, by: Interaction) -> Sprint:
    """Return a sprint of the person's workspace, if they may do that where it lives."""
    workspace = by.workspace
    async with desk.ctx.database.read() as uow:
        sprint = await uow.sprints.get(workspace, sprint_id)
    await desk.allow(by, act, sprint.channel_id)
    return sprint


async def ballot(desk: Desk, sprint: Sprint, user_id: str) -> Json:
    """Return the form for a person's votes; raises UserFacingError when nothing is open."""
    async with desk.ctx.database.read() as uow:
        card = await sprint_views.card_of(desk.ctx, uow, sprint)
        votes = await uow.sprint_items.votes(sprint.id)
        rows = sprint_votes.to_estimate(await uow.sprint_items.items(sprint.id))
    sprints.check_alive(sprint)
    voted = {(vote.item_id, vote.round) for vote in votes if vote.voter == user_id}
    first = sorted(rows, key=lambda row: (row.id, row.round) in voted)
    rounds = {row.id: row.round for row in first[: sprint_votes.MOST_AT_ONCE]}
    if not rounds:
        raise UserFacingError("All items are estimated.", hint="“Vote again” opens another round.")
    mine = {
        vote.item_id: (vote.value, vote.reason)
        for vote in votes
        if vote.voter == user_id and rounds.get(vote.item_id) == vote.round
    }
    return estimate_modal(card, [i for i in card.items if i.item_id in rounds], mine=mine)


async def begin_plan(desk: Desk, by: Interaction, sprint: Sprint, *, receipt: str) -> None:
    """Start the task that plans a draft, or take up one that failed or was stopped."""
    ctx, user = desk.ctx, by.user
    sprints.check_draft(sprint)
    if sprint.task_id is not None:
        async with ctx.database.read() as uow:
            task = await uow.tasks.get(sprint.task_id)
        if task.state not in (TaskState.FAILED, TaskState.STOPPED):
            raise UserFacingError(f"{task.public_id} plans it already.")
        await desk.start(await tasks.resume(ctx, task.id, by=user, receipt=receipt))
        return
    async with ctx.database.read() as uow:
        thread = await uow.threads.get(sprint.thread_id)
    wish = Wish(
        workspace_id=sprint.workspace_id,
        channel_id=sprint.channel_id,
        user_id=user,
        text=f"Plan the sprint:\n{sprint.requirements}".strip(),
        ts=before_replies(ctx.clock),
        root_ts=thread.root_ts,
        # The same from the form and from the button: two presses at once plan once.
        key=f"sprint:{sprint.id}:plan",
        mode="sprint",
        is_private=await is_private(desk, by.client, sprint.workspace_id, sprint.channel_id),
    )
    await desk.take_in(wish, client=by.client, receipt=receipt)


async def post_burndown(desk: Desk, sprint: Sprint, *, receipt: str) -> None:
    """Queue the picture, once for each press; raises UserFacingError for one that never ran."""
    if sprint.accepted_at is None:
        raise UserFacingError(
            f"{sprint.public_id} has not been started.", hint="Press *Accept* on its plan first."
        )
    if desk.ctx.clock.now().date() < sprint.starts_on:
        raise UserFacingError(f"The burndown begins on {day(sprint.starts_on)}.")
    async with desk.ctx.database.begin() as uow:
        await sprint_news.picture(
            desk.ctx, uow, sprint, sprint_news.BURNDOWN, key=f"burndown:{receipt}"
        )
        await sprints.announce(desk.ctx, uow, sprint)
