"""Buttons on a task's card: stop, go ahead, retry, go on offline, more money, details, change."""

from contextlib import suppress

from slack_bolt.async_app import AsyncApp

from bot.domain.task import ENDED
from bot.domain.usage import MICROS
from bot.domain.wish import check_text
from bot.errors import NotFound, UserFacingError
from bot.services import task_views, tasks
from bot.services.task_report import TaskReport, task_report
from bot.services.thinking import weighed
from bot.services.wishes import Wish
from bot.slack.cards import output_modal, plan_modal
from bot.slack.cards.thinking import thinking_modal
from bot.slack.payloads import OutputAction, TaskAction
from handlers.desk import Desk
from handlers.interaction import Click, Interaction, Submission, clicked, submitted
from storage.models import Task

BUDGET_STEP = 0.50
"""Dollars that one press of "Add $0.50" adds (EXPERIENCE.md)."""


class TaskActions:
    """Each click is checked again against the row: cards may be old, people may click twice."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons come here."""
        app.action("task.stop")(clicked(self.stop))
        app.action("task.retry")(clicked(self.retry))
        app.action("task.offline")(clicked(self.offline))
        app.action("task.budget")(clicked(self.budget))
        app.action("plan.approve")(clicked(self.approve))
        app.action("plan.change")(clicked(self.change))
        app.view("plan.change")(submitted(self.changed))
        app.action("output.details")(clicked(self.details))
        app.action("thinking.show")(clicked(self.thinking))

    async def stop(self, click: Click) -> None:
        """Stop the task."""
        await click.ack()
        report = await self._report(click)
        await tasks.stop(
            self._desk.ctx,
            report.task.id,
            by=click.user,
            receipt=click.key,
        )

    async def retry(self, click: Click) -> None:
        """Take the task up where it was."""
        await self._resume(click)

    async def offline(self, click: Click) -> None:
        """Go on with the offline playbook."""
        await self._resume(click, offline=True)

    async def budget(self, click: Click) -> None:
        """Add money and go on."""
        await self._resume(click, extra=round(BUDGET_STEP * MICROS))

    async def approve(self, click: Click) -> None:
        """Let the plan be worked."""
        await click.ack()
        report = await self._report(click)
        task = await tasks.approve_plan(
            self._desk.ctx,
            report.task.id,
            by=click.user,
            receipt=click.key,
        )
        await self._desk.start(task)

    async def change(self, click: Click) -> None:
        """Ask what should change about the plan."""
        await click.ack()
        report = await self._report(click)
        card = task_views.task_card_view(self._desk.ctx, report)
        await click.open(plan_modal(card))

    async def changed(self, sent: Submission) -> None:
        """Stop the old plan and plan again with what the person wrote."""
        payload = TaskAction.read(sent.metadata)
        text = str(sent.values["change"]["text"]["value"] or "")
        ctx = self._desk.ctx
        try:
            text = check_text(text, longest=ctx.settings.limit.message_chars)
            task, root_ts = await self._task(payload, sent)
        except UserFacingError as refused:
            # At the field, and before anything is stopped: the person's words stay there.
            await sent.refuse({"change": refused.sentence()})
            return
        user = sent.user
        if task.state not in ENDED:
            with suppress(UserFacingError):  # it ended in this very moment
                await tasks.stop(ctx, task.id, by=user, receipt=f"{sent.key}:stop")
        await self._desk.take_in(
            Wish(
                workspace_id=task.workspace_id,
                channel_id=task.channel_id,
                user_id=user,
                text=text,
                ts=f"{ctx.clock.now().timestamp():.6f}",
                root_ts=root_ts,
                key=sent.key,
            ),
            client=sent.client,
        )
        await sent.ack()

    async def details(self, click: Click) -> None:
        """Open the long form of a specialist's message."""
        await click.ack()
        payload = OutputAction.read(click.value)
        async with self._desk.ctx.database.read() as uow:
            report = await task_report(uow, payload.task_id)
        view = task_views.specialist_post_view(self._desk.ctx, report, payload.key)
        if report.task.workspace_id != click.context.team_id or view is None:
            raise NotFound("message", payload.key)
        await click.open(output_modal(view))

    async def thinking(self, click: Click) -> None:
        """Open how a hard decision was weighed."""
        await click.ack()
        payload = OutputAction.read(click.value)
        number = payload.key.removeprefix("r")
        if not number.isdecimal():
            raise NotFound("message", payload.key)
        async with self._desk.ctx.database.read() as uow:
            found = await weighed(
                uow, click.context.team_id or "", payload.task_id, round_number=int(number)
            )
        await click.open(thinking_modal(found.thoughts, server=found.server, taken=found.taken))

    async def _resume(self, click: Click, *, offline: bool = False, extra: int = 0) -> None:
        await click.ack()
        report = await self._report(click)
        task = await tasks.resume(
            self._desk.ctx,
            report.task.id,
            by=click.user,
            offline=offline,
            extra_budget_micros=extra,
            receipt=click.key,
        )
        await self._desk.start(task)

    async def _task(self, payload: TaskAction, by: Interaction) -> tuple[Task, str]:
        """Return a modal's task and its thread; a modal of another workspace finds nothing."""
        async with self._desk.ctx.database.read() as uow:
            task = await uow.tasks.get(payload.task_id)
            thread = await uow.threads.get(task.thread_id)
        if task.workspace_id != by.context.team_id:
            raise NotFound("task", payload.task_id)
        return task, thread.root_ts

    async def _report(self, click: Click) -> TaskReport:
        """Return the task of a button; a button of another workspace finds nothing."""
        payload = TaskAction.read(click.value)
        async with self._desk.ctx.database.read() as uow:
            report = await task_report(uow, payload.task_id)
        if report.task.workspace_id != click.context.team_id:
            raise NotFound("task", payload.task_id)
        return report
