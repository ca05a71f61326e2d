"""Buttons on a task's card: stop, go ahead, retry, go on offline, more money, details, change."""

from contextlib import suppress
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.task import ENDED
from bot.domain.usage import MICROS
from bot.errors import NotFound, UserFacingError
from bot.services import task_views, tasks
from bot.services.task_report import TaskReport, task_report
from bot.services.tasks import Wish
from bot.slack.cards import output_modal, plan_modal
from bot.slack.payloads import OutputAction, TaskAction
from handlers.desk import Desk
from handlers.triggers import click_key, view_key
from storage.models import Task

BUDGET_STEP = 0.50
"""Dollars that one press of "Add $0.50" adds (EXPERIENCE.md)."""


class TaskActions:
    """Each click is checked again against the row: cards may be old, people may click twice."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons come here."""
        app.action("task.stop")(self.stop)
        app.action("task.retry")(self.retry)
        app.action("task.offline")(self.offline)
        app.action("task.budget")(self.budget)
        app.action("plan.approve")(self.approve)
        app.action("plan.change")(self.change)
        app.view("plan.change")(self.changed)
        app.action("output.details")(self.details)

    async def stop(
        self,
        ack: AsyncAck,
        action: dict[str, Any],
        body: dict[str, Any],
        context: AsyncBoltContext,
    ) -> None:
        """Stop the task."""
        await ack()
        report = await self._report(action, context)
        await tasks.stop(
            self._desk.ctx,
            report.task.id,
            by=context.user_id or "",
            receipt=click_key(body, action),
        )

    async def retry(
        self,
        ack: AsyncAck,
        action: dict[str, Any],
        body: dict[str, Any],
        context: AsyncBoltContext,
    ) -> None:
        """Take the task up where it was."""
        await self._resume(ack, action, body, context)

    async def offline(
        self,
        ack: AsyncAck,
        action: dict[str, Any],
        body: dict[str, Any],
        context: AsyncBoltContext,
    ) -> None:
        """Go on with the offline playbook."""
        await self._resume(ack, action, body, context, offline=True)

    async def budget(
        self,
        ack: AsyncAck,
        action: dict[str, Any],
        body: dict[str, Any],
        context: AsyncBoltContext,
    ) -> None:
        """Add money and go on."""
        await self._resume(ack, action, body, context, extra=round(BUDGET_STEP * MICROS))

    async def approve(
        self,
        ack: AsyncAck,
        action: dict[str, Any],
        body: dict[str, Any],
        context: AsyncBoltContext,
    ) -> None:
        """Let the plan be worked."""
        await ack()
        report = await self._report(action, context)
        task = await tasks.approve_plan(
            self._desk.ctx,
            report.task.id,
            by=context.user_id or "",
            receipt=click_key(body, action),
        )
        await self._desk.start(task)

    async def change(
        self,
        ack: AsyncAck,
        action: dict[str, Any],
        body: dict[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Ask what should change about the plan."""
        await ack()
        report = await self._report(action, context)
        card = task_views.task_card_view(self._desk.ctx, report)
        await client.views_open(trigger_id=body["trigger_id"], view=plan_modal(card))

    async def changed(
        self,
        ack: AsyncAck,
        view: dict[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Stop the old plan and plan again with what the person wrote."""
        payload = TaskAction.read(view.get("private_metadata"))
        text = str(view["state"]["values"]["change"]["text"]["value"] or "")
        ctx = self._desk.ctx
        try:
            text = tasks.check_text(text, longest=ctx.settings.limit.message_chars)
            task, root_ts = await self._task(payload, context)
        except UserFacingError as refused:
            # At the field, and before anything is stopped: the person's words stay there.
            await ack(response_action="errors", errors={"change": refused.sentence()})
            return
        user = context.user_id or ""
        if task.state not in ENDED:
            with suppress(UserFacingError):  # it ended in this very moment
                await tasks.stop(ctx, task.id, by=user, receipt=f"{view_key(view)}:stop")
        await self._desk.take_in(
            Wish(
                workspace_id=task.workspace_id,
                channel_id=task.channel_id,
                user_id=user,
                text=text,
                ts=f"{ctx.clock.now().timestamp():.6f}",
                root_ts=root_ts,
                key=view_key(view),
            ),
            client=client,
        )
        await ack()

    async def details(
        self,
        ack: AsyncAck,
        action: dict[str, Any],
        body: dict[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Open the long form of a specialist's message."""
        await ack()
        payload = OutputAction.read(action.get("value"))
        async with self._desk.ctx.database.read() as uow:
            report = await task_report(uow, payload.task_id)
        view = task_views.specialist_post_view(self._desk.ctx, report, payload.key)
        if report.task.workspace_id != context.team_id or view is None:
            raise NotFound("message", payload.key)
        await client.views_open(trigger_id=body["trigger_id"], view=output_modal(view))

    async def _resume(
        self,
        ack: AsyncAck,
        action: dict[str, Any],
        body: dict[str, Any],
        context: AsyncBoltContext,
        *,
        offline: bool = False,
        extra: int = 0,
    ) -> None:
        await ack()
        report = await self._report(action, context)
        task = await tasks.resume(
            self._desk.ctx,
            report.task.id,
            by=context.user_id or "",
            offline=offline,
            extra_budget_micros=extra,
            receipt=click_key(body, action),
        )
        await self._desk.start(task)

    async def _task(self, payload: TaskAction, context: AsyncBoltContext) -> tuple[Task, str]:
        """Return a modal's task and its thread; a modal of another workspace finds nothing."""
        async with self._desk.ctx.database.read() as uow:
            task = await uow.tasks.get(payload.task_id)
            thread = await uow.threads.get(task.thread_id)
        if task.workspace_id != context.team_id:
            raise NotFound("task", payload.task_id)
        return task, thread.root_ts

    async def _report(self, action: dict[str, Any], context: AsyncBoltContext) -> TaskReport:
        """Return the task of a button; a button of another workspace finds nothing."""
        payload = TaskAction.read(action.get("value"))
        async with self._desk.ctx.database.read() as uow:
            report = await task_report(uow, payload.task_id)
        if report.task.workspace_id != context.team_id:
            raise NotFound("task", payload.task_id)
        return report
