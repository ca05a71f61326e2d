"""Ways into an escalation: a message, a failed task, an open question, an unanswered decision."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.decision import DecisionState
from bot.domain.escalation import HIGHEST
from bot.domain.output import SpecialistOutput
from bot.domain.roots import is_provisional
from bot.errors import NotFound, UserFacingError
from bot.services import escalations
from bot.services.escalations import Report
from bot.services.task_report import TaskReport, task_report
from bot.slack.cards.escalation_modals import escalation_modal
from bot.slack.payloads import DecisionAction, EscalationDraft, OutputAction, TaskAction
from handlers.decision_values import Values, chosen, typed
from handlers.desk import Desk
from handlers.interaction import Click, Interaction, Submission, clicked, submitted
from handlers.links import permalink
from handlers.rooms import room_is_private
from handlers.texts import wish_text
from storage.models import Task

Json = dict[str, Any]


class Escalating:
    """All of them open the same form; nothing is escalated before it is sent."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which shortcut, buttons and form come here."""
        app.message_shortcut("escalation.from")(self.from_message)
        app.action("escalation.task")(clicked(self.from_task))
        app.action("escalation.question")(clicked(self.from_question))
        app.action("escalation.decision")(clicked(self.from_decision))
        app.view("escalation.new")(submitted(self.opened))

    async def from_message(
        self, ack: AsyncAck, shortcut: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Ask what is blocked, prefilled from the message."""
        await ack()
        message, channel = shortcut["message"], str(shortcut["channel"]["id"])
        escalations.check_place(channel)
        await room_is_private(self._desk, client, context.team_id or "", channel)
        ts = str(message["ts"])
        draft = EscalationDraft(
            channel_id=channel, ts=ts, root_ts=str(message.get("thread_ts") or ts)
        )
        text = wish_text(str(message.get("text") or ""), context.bot_user_id or "")
        view = escalation_modal(draft, text=text, owner_id=context.user_id or "")
        await client.views_open(trigger_id=shortcut["trigger_id"], view=view)

    async def from_task(self, click: Click) -> None:
        """Ask what is blocked about a task that failed or waits."""
        await click.ack()
        report = await self._task(TaskAction.read(click.value).task_id, click)
        task = report.task
        title = f"{task.public_id} {task.title or task.text[:80]}: {task.state.value}"
        await self._open(task, f"{title}\n{task.state_reason}", click)

    async def from_question(self, click: Click) -> None:
        """Ask what is blocked by what a specialist could not know."""
        await click.ack()
        payload = OutputAction.read(click.value)
        report = await self._task(payload.task_id, click)
        item = next((one for one in report.assignments if one.key == payload.key), None)
        if item is None or item.output is None:
            raise NotFound("message", payload.key)
        questions = SpecialistOutput.model_validate(item.output).questions
        text = f"{item.specialist} needs to know: {' '.join(questions)}"
        await self._open(report.task, text, click)

    async def from_decision(self, click: Click) -> None:
        """Ask what is blocked by a decision that nobody answers."""
        await click.ack()
        payload = DecisionAction.read(click.value)
        async with self._desk.ctx.database.read() as uow:
            decision = await uow.decisions.get(payload.decision_id)
            thread = await uow.threads.get(decision.thread_id) if decision.thread_id else None
        if decision.workspace_id != click.context.team_id or not decision.channel_id:
            raise NotFound("decision", payload.decision_id)
        if decision.state is not DecisionState.PROPOSED:
            raise UserFacingError(f"{decision.public_id} was answered meanwhile.")
        root = "" if thread is None or is_provisional(thread.root_ts) else thread.root_ts
        draft = EscalationDraft(channel_id=decision.channel_id, root_ts=root)
        text = f"{decision.public_id} {decision.title}: nobody decides"
        view = escalation_modal(draft, text=text, owner_id=click.user)
        await click.open(view)

    async def opened(self, sent: Submission) -> None:
        """Open the case that the form describes; its card is posted where it was escalated."""
        draft = EscalationDraft.read(sent.metadata)
        values = sent.values
        workspace, user = sent.workspace, sent.user
        try:
            private = await room_is_private(self._desk, sent.client, workspace, draft.channel_id)
            await self._desk.allow(sent, "escalate", draft.channel_id)
            report = Report(
                workspace_id=workspace,
                channel_id=draft.channel_id,
                title=typed(values, "title"),
                level=_level(values),
                key=sent.key,
                user_id=user,
                owner_id=picked(values, "owner"),
                impact=typed(values, "impact"),
                tried=typed(values, "tried"),
                root_ts=draft.root_ts,
                task_id=draft.task_id or None,
                source="task" if draft.task_id else "message" if draft.ts else "command",
                source_url=await self._source(draft, sent.client),
                is_private=private,
            )
            directory = self._desk.directory(sent.client, workspace)
            await escalations.open_escalation(self._desk.ctx, directory, report)
        except UserFacingError as refused:
            await sent.refuse({"title": refused.sentence()})
            return
        await sent.ack()

    async def _open(self, task: Task, text: str, by: Interaction) -> None:
        escalations.check_place(task.channel_id)
        async with self._desk.ctx.database.read() as uow:
            thread = await uow.threads.get(task.thread_id)
        root = "" if is_provisional(thread.root_ts) else thread.root_ts
        draft = EscalationDraft(channel_id=task.channel_id, root_ts=root, task_id=task.id)
        view = escalation_modal(draft, text=text, owner_id=by.user)
        await by.open(view)

    async def _task(self, task_id: str, by: Interaction) -> TaskReport:
        """Return the task of a button; a button of another workspace finds nothing."""
        async with self._desk.ctx.database.read() as uow:
            report = await task_report(uow, task_id)
        if report.task.workspace_id != by.context.team_id:
            raise NotFound("task", task_id)
        return report

    async def _source(self, draft: EscalationDraft, client: AsyncWebClient) -> str:
        return await permalink(client, draft.channel_id, draft.ts) if draft.ts else ""


def picked(values: Values, block: str) -> str:
    """Return which person was chosen."""
    return str(values.get(block, {}).get("user", {}).get("selected_user") or "")


def _level(values: Values) -> int:
    level = chosen(values, "level")
    return int(level) if level in map(str, range(1, HIGHEST + 1)) else 1
