"""The one place that asks, before every command, click and modal, whether the person may.

Messages, most of which are none of the bot's business, are asked about at `Desk.take_in`.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.access import Act
from bot.errors import UserFacingError
from bot.services.access import act_to_stop, home_of
from handlers.desk import Desk

ACTS: dict[tuple[str, str], Act | None] = {
    ("action", "task.stop"): "ask",
    ("action", "task.retry"): "ask",
    ("action", "task.offline"): "ask",
    ("action", "task.budget"): "approve",
    ("action", "plan.approve"): "approve",
    ("action", "plan.change"): "ask",
    ("view", "plan.change"): "ask",
    ("action", "output.details"): None,
    ("action", "thinking.show"): None,
    ("action", "task.open"): None,
    ("action", "decision.open"): None,
    ("action", "feedback.give"): None,
    ("action", "feedback.good"): None,
    ("action", "feedback.bad"): None,
    ("action", "decision.accept"): "decide",
    ("action", "decision.change"): "decide",
    ("action", "decision.reject"): "decide",
    ("view", "decision.change"): "decide",
    ("view", "decision.reject"): "decide",
    ("action", "decision.deprecate"): "decide",
    ("view", "decision.deprecate"): "decide",
    ("action", "decision.keep"): "decide",
    ("action", "decision.renew"): "decide",
    ("action", "decision.forever"): "decide",
    ("action", "decision.challenge"): "ask",
    ("view", "decision.challenge"): "ask",
    ("action", "decision.edit"): None,
    ("view", "decision.edit"): None,
    ("view", "decision.new"): None,
    ("shortcut", "task.from"): "ask",
    ("shortcut", "decision.from"): "ask",
    ("shortcut", "task.ask"): None,
    ("view", "task.new"): None,
    ("view", "decision.record"): None,
    ("action", "architecture.accept"): None,
    ("action", "architecture.propose"): "ask",
    ("action", "review.close"): None,
    ("action", "review.accept"): None,
    ("action", "review.edit"): None,
    ("view", "review.edited"): None,
    ("action", "review.dismiss"): None,
    ("action", "debt.done"): None,
    ("action", "debt.edit"): None,
    ("view", "debt.saved"): None,
    ("action", "waiver.open"): None,
    ("view", "waiver.saved"): None,
    ("view", "conflict.new"): None,
    ("action", "conflict.assess"): None,
    ("view", "conflict.assessed"): None,
    ("action", "conflict.choose"): None,
    ("action", "conflict.ways"): None,
    ("action", "handoff.accept"): None,
    ("action", "handoff.done"): None,
    ("action", "handoff.decline"): None,
    ("view", "handoff.declined"): None,
    ("action", "handoff.withdraw"): None,
    ("view", "handoff.withdrawn"): None,
    ("view", "matrix.new"): None,
    ("action", "matrix.score"): None,
    ("view", "matrix.scored"): None,
    ("action", "matrix.reveal"): None,
    ("action", "matrix.ask"): None,
    ("action", "matrix.details"): None,
    ("action", "matrix.propose"): None,
    ("action", "escalation.ack"): None,
    ("action", "escalation.hour"): None,
    ("action", "escalation.tomorrow"): None,
    ("action", "escalation.up"): None,
    ("action", "escalation.update"): None,
    ("view", "escalation.update"): None,
    ("action", "escalation.resolve"): None,
    ("view", "escalation.resolve"): None,
    ("action", "escalation.hand"): None,
    ("view", "escalation.hand"): None,
    ("action", "escalation.team"): None,
    ("action", "escalation.open"): None,
    ("shortcut", "escalation.from"): "escalate",
    ("action", "escalation.task"): "escalate",
    ("action", "escalation.question"): "escalate",
    ("action", "escalation.decision"): "escalate",
    ("view", "escalation.new"): None,
    ("action", "forget.person"): None,
    ("action", "forget.channel"): "configure",
    ("action", "schedule.save"): None,
    ("action", "schedule.edit"): None,
    ("action", "schedule.change"): None,
    ("view", "schedule.form"): None,
    ("view", "schedule.saved"): None,
    ("action", "schedule.run"): None,
    ("action", "schedule.skip"): None,
    ("action", "schedule.pause"): None,
    ("action", "schedule.resume"): None,
    ("action", "standup.answer"): None,
    ("action", "standup.ahead"): None,
    ("view", "standup.answered"): None,
    ("view", "standup.questions"): None,
    ("action", "standup.take"): None,
    ("action", "standup.assign"): None,
    ("action", "standup.hand"): None,
    ("action", "standup.move"): None,
    ("action", "standup.solve"): None,
    ("action", "standup.escalate"): None,
    ("action", "kpi.how"): "look",
    ("action", "kpi.chart"): "ask",
    ("action", "survey.answer"): None,
    ("view", "survey.answered"): None,
    ("action", "assessment.act"): None,
    ("view", "assessment.acted"): None,
    ("action", "retro.write"): None,
    ("view", "retro.written"): None,
    ("action", "retro.group"): None,
    ("view", "retro.grouped"): None,
    ("action", "retro.vote"): None,
    ("view", "retro.voted"): None,
    ("action", "retro.next"): None,
    ("action", "retro.act"): None,
    ("view", "retro.acted"): None,
    ("action", "retro.learn"): None,
    ("view", "retro.learned"): None,
    ("action", "retro.done"): None,
    ("action", "retro.drop"): None,
    ("action", "retro.change"): None,
    ("view", "retro.changed"): None,
    ("action", "sprint.from"): "ask",
    ("action", "sprint.plan"): None,
    ("action", "sprint.accept"): None,
    ("action", "sprint.items"): None,
    ("action", "sprint.estimate"): None,
    ("action", "sprint.reveal"): None,
    ("action", "sprint.again"): None,
    ("action", "sprint.add"): None,
    ("action", "sprint.burndown"): None,
    ("action", "sprint.end"): None,
    ("view", "sprint.new"): None,
    ("view", "sprint.added"): None,
    ("view", "sprint.voted"): None,
    ("action", "sprint.begin"): None,
    ("action", "sprint.done"): None,
    ("action", "sprint.drop"): None,
    ("action", "sprint.reopen"): None,
    ("action", "tool.allow"): "approve",
    ("action", "tool.refuse"): "approve",
    ("action", "toolserver.form"): None,
    ("action", "toolserver.check"): None,
    ("view", "toolserver.new"): None,
    ("view", "toolserver.save"): None,
    ("action", "settings.channel"): None,
    ("action", "settings.workspace"): None,
    ("action", "settings.mine"): None,
    ("view", "settings.save"): None,
}
"""Kind and name of a surface -> what one must be allowed for it.

None: everybody who sees it may, or the handler asks itself, as it alone knows for which place.
`/lead`'s own table says it for each subcommand."""

STOPS = {("action", "task.stop"), ("action", "plan.change"), ("view", "plan.change")}
"""What ends the work of whoever asked for it."""

_KINDS = {
    "block_actions": "action",
    "view_submission": "view",
    "shortcut": "shortcut",
    "message_action": "shortcut",
}


class Carried(BaseModel):
    """What a button or modal may carry that says whose rules count."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    task_id: str = ""
    decision_id: str = ""


class Access:
    """A refused request reaches no handler."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def check(
        self, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Raise NotAllowed for what may not be done, NotFound for another workspace's thing."""
        for surface, carried in _surfaces(body):
            if surface not in ACTS:
                continue  # nobody listens to it, e.g. a link's button
            channel = await self._channel(carried, context)
            act = ACTS[surface]
            if (act is None or surface in STOPS) and await self._is_outsider(body, context, client):
                act = "look" if act is None else await self._act_to_stop(carried, context, client)
            if act is not None:
                await self._desk.require(
                    act,
                    client=client,
                    workspace_id=context.team_id or "",
                    channel_id=channel,
                    user_id=context.user_id or "",
                )

    async def _act_to_stop(
        self, carried: str, context: AsyncBoltContext, client: AsyncWebClient
    ) -> Act:
        workspace = context.team_id or ""
        async with self._desk.ctx.database.read() as uow:
            task = await uow.tasks.get(read_carried(carried).task_id)
        directory = self._desk.directory(client, workspace)
        return await act_to_stop(directory, task, user_id=context.user_id or "")

    async def _is_outsider(
        self, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> bool:
        """Whether somebody of another company did it, who needs a right for whatever it is.

        Nobody is looked up for what is done in a channel of the company's own.
        """
        workspace, channel = context.team_id or "", context.channel_id or ""
        team = (body.get("user") or {}).get("team_id") or workspace
        if team == workspace and not (channel and await self._is_shared(workspace, channel)):
            return False
        person = await self._desk.directory(client, workspace).person(context.user_id or "")
        return person.is_external

    async def _is_shared(self, workspace: str, channel: str) -> bool:
        async with self._desk.ctx.database.read() as uow:
            known = await uow.channels.find(workspace, channel)
        return known is not None and bool(known.is_shared)

    async def _channel(self, carried: str, context: AsyncBoltContext) -> str:
        """Return where the thing lives that a payload names; otherwise where the person is."""
        named = read_carried(carried)
        if not named.task_id and not named.decision_id:
            return context.channel_id or ""
        return await home_of(
            self._desk.ctx,
            workspace_id=context.team_id or "",
            task_id=named.task_id,
            decision_id=named.decision_id,
        )


def read_carried(text: str) -> Carried:
    """Return what a payload names. Raises UserFacingError for one that is not ours."""
    if not text:
        return Carried()
    try:
        return Carried.model_validate_json(text)
    except ValidationError:
        raise UserFacingError(
            "That button is too old for me.", hint="`/lead tasks` shows how things stand."
        ) from None


def _surfaces(body: dict[str, Any]) -> list[tuple[tuple[str, str], str]]:
    """Return each surface that a request is for, with what it carries."""
    kind = _KINDS.get(str(body.get("type")), "")
    if kind == "action":
        return [
            ((kind, str(item.get("action_id"))), str(item.get("value") or ""))
            for item in body.get("actions") or ()
        ]
    if kind == "view":
        view = body.get("view") or {}
        return [((kind, str(view.get("callback_id"))), str(view.get("private_metadata") or ""))]
    if kind == "shortcut":
        return [((kind, str(body.get("callback_id"))), "")]
    return []
