"""Steps that people put into their workflows: create a task, request a decision."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.decision import DecisionOption, DecisionProposal
from bot.domain.roots import provisional
from bot.domain.wish import check_text
from bot.errors import DatabaseAway, PersonUnknown, UserFacingError
from bot.manifest import Parameter, ParameterKind, Step
from bot.services import steps
from bot.services.access import require_step
from bot.services.decision_views import decision_root
from bot.services.recording import Record, id_of, record
from bot.services.wishes import Wish
from handlers.desk import Desk
from handlers.errors import sentence_of
from handlers.rooms import room_is_private
from handlers.texts import wish_text
from handlers.triggers import before_replies

_CHANNEL: ParameterKind = "slack#/types/channel_id"
_USER: ParameterKind = "slack#/types/user_id"
_LINK = Parameter("link", "string", "Link", "The message that it is about.", required=False)
_FOR = "In whose name it is asked; must be one who may. Choose the person who runs the workflow."

STEPS = (
    Step(
        "create_task",
        "Create a task",
        "The lead and its team take up a wish, in a thread of the channel.",
        inputs=(
            Parameter("text", "string", "Wish", "What is needed, in a few lines."),
            Parameter("channel", _CHANNEL, "Channel", "Where it is worked. Invite the lead."),
            Parameter("user", _USER, "Asked by", _FOR),
            Parameter(
                "at_once",
                "boolean",
                "Go on at once",
                "Go on when the task is created, not when it has ended.",
                required=False,
            ),
        ),
        outputs=(Parameter("task_id", "string", "Task", "Its number, such as T-12."), _LINK),
    ),
    Step(
        "request_decision",
        "Request a decision",
        "Asks the people of a channel to accept or reject; goes on when they have.",
        inputs=(
            Parameter("title", "string", "Title", "What is to be decided, in a few words."),
            Parameter("context", "string", "Context", "Why it is to be decided."),
            Parameter("options", "string", "Options", "One a line; the first is what you propose."),
            Parameter("channel", _CHANNEL, "Approvers' channel", "Where people decide."),
            Parameter("user", _USER, "Asked by", _FOR),
        ),
        outputs=(
            Parameter("decision_id", "string", "Decision", "Its number, such as D-3."),
            Parameter("outcome", "string", "Outcome", "accepted or rejected"),
            Parameter("decided_by", _USER, "Decided by", "Who said so.", required=False),
            Parameter("reason", "string", "Reason", "Why it was rejected.", required=False),
            _LINK,
        ),
    ),
)
"""What Workflow Builder offers; the manifest is made from this."""


@dataclass(frozen=True)
class Run:
    """One run of a step: whose rights count, where it happens, what was filled in."""

    execution_id: str
    workspace_id: str
    channel_id: str
    user_id: str
    inputs: dict[str, Any]
    client: AsyncWebClient

    @property
    def key(self) -> str:
        """The receipt's key: Slack may tell of a run twice."""
        return f"step:{self.execution_id}"

    def said(self, name: str) -> str:
        """Return a text that was filled in."""
        return str(self.inputs.get(name) or "").strip()


class WorkflowSteps:
    """What cannot be done ends the step with a sentence; Slackbot passes it on."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._steps: dict[str, Callable[[Run], Awaitable[None]]] = {
            "create_task": self._create_task,
            "request_decision": self._request_decision,
        }

    @property
    def names(self) -> tuple[str, ...]:
        """The steps that are run here, by Slack's callback ids."""
        return tuple(self._steps)

    def register(self, app: AsyncApp) -> None:
        """Say which event comes here."""
        app.event("function_executed")(self.executed)

    async def executed(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Run our step of somebody's workflow."""
        inputs = event.get("inputs") or {}
        run = Run(
            execution_id=str(event.get("function_execution_id") or ""),
            workspace_id=context.team_id or "",
            channel_id=str(inputs.get("channel") or ""),
            user_id=str(inputs.get("user") or ""),
            inputs=inputs,
            client=client,
        )
        if not run.execution_id:
            return  # nobody could be answered
        try:
            step = self._steps.get(str((event.get("function") or {}).get("callback_id")))
            if step is None:
                raise UserFacingError("I do not know this step.", hint="Update the app.")
            await step(run)
        except (DatabaseAway, PersonUnknown):
            raise  # not acknowledged: Slack tells of it again
        except Exception as error:  # a step that is not ended hangs in its workflow
            await steps.refuse(
                self._desk.ctx,
                workspace_id=run.workspace_id,
                channel_id=run.channel_id,
                execution_id=run.execution_id,
                why=sentence_of(error, context),
            )

    async def _create_task(self, run: Run) -> None:
        """Take the wish in; its first message is posted where others can see it."""
        ctx, root = self._desk.ctx, provisional(run.execution_id)
        text = wish_text(run.said("text"), "")
        check_text(text, longest=ctx.settings.limit.message_chars)
        private = await self._room(run)
        wish = Wish(
            workspace_id=run.workspace_id,
            channel_id=run.channel_id,
            user_id=run.user_id,
            text=text,
            ts=before_replies(ctx.clock),
            root_ts=root,
            key=run.key,
            is_private=private,
        )
        taken = await self._desk.take_in(wish, client=run.client)
        async with ctx.database.read() as uow:
            task_id = taken.id if taken else await uow.receipts.task_of(run.workspace_id, run.key)
        if task_id is None:
            # Refused at an earlier delivery; where that was told, this adds nothing.
            raise UserFacingError("That was refused.", hint="Run the workflow again to see why.")
        await steps.owe_task(
            ctx,
            task_id,
            execution_id=run.execution_id,
            root_key=root,
            wait=str(run.inputs.get("at_once")).lower() != "true",
        )

    async def _request_decision(self, run: Run) -> None:
        """Propose it in the channel whose people decide."""
        ctx = self._desk.ctx
        private = await self._room(run)
        await self._desk.require(
            "ask",
            client=run.client,
            workspace_id=run.workspace_id,
            user_id=run.user_id,
            channel_id=run.channel_id,
        )
        options = [line.strip(" -*•\t") for line in run.said("options").splitlines()]
        options = [option for option in options if option]
        wanted = Record(
            workspace_id=run.workspace_id,
            channel_id=run.channel_id,
            root_ts="",
            user_id=run.user_id,
            title=run.said("title"),
            context=run.said("context"),
            outcome=options[0] if options else "",
            source_url="",
            key=run.key,
            is_private=private,
            more=DecisionProposal(
                title="",
                context="",
                outcome="",
                options=tuple(DecisionOption(title=option) for option in options),
            ),
        )
        await record(ctx, wanted)
        identifier = id_of(wanted)
        await steps.owe_decision(
            ctx, identifier, execution_id=run.execution_id, root_key=decision_root(identifier)
        )

    async def _room(self, run: Run) -> bool:
        """Return whether the channel is private; raises UserFacingError for nobody or nowhere, and
        where a name alone lets nobody ask.
        """
        if not run.user_id or not run.channel_id:
            raise UserFacingError("The step needs a channel and a person.")
        await require_step(self._desk.ctx, workspace_id=run.workspace_id, channel_id=run.channel_id)
        return await room_is_private(self._desk, run.client, run.workspace_id, run.channel_id)
