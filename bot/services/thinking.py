"""Has a hard decision thought through step by step before the recommendation.

Where a server for structured thinking is configured: the model writes the thoughts, one ledger row;
each is handed to the server in its turn, one row of a call each. A message shows that it was done,
a button shows the thoughts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.task import AT_WORK, TaskState
from bot.domain.thinking import NAME, Thinking, is_hard, numbered, sound
from bot.domain.tool_call import CallState, ToolWish, WorkTurn
from bot.domain.tool_capability import THINKING, capabilities, resolve
from bot.domain.tool_server import wire_name
from bot.errors import ModelAnswerInvalid, NotFound
from bot.model.port import Reply, ThinkRequest
from bot.services import tool_calls
from bot.services.context import Context
from bot.services.model_step import Done, ModelStep, perform
from bot.services.reading import read_thread, stored_plan
from bot.services.round_outputs import delivered
from bot.services.tool_calls import Wanted
from bot.services.tool_offers import Offer, Offers, permission_for, serves, tools_of
from storage.models import Task, ToolCall, ToolServer
from storage.uow import UnitOfWork

_TOOL = "sequentialthinking"
Thoughts = tuple[str, ...]


@dataclass(frozen=True)
class Weighed:
    """The thoughts of a round, and how many the server took."""

    thoughts: Thoughts
    server: str
    taken: int


async def think(ctx: Context, task_id: str, *, run: str | None = None) -> Thoughts:
    """Return the thoughts on a hard decision; none for all else, or without such a server.

    Safe to run again: a stored thought is neither written nor handed over twice. A server that does
    not answer changes nothing, and is not asked for the next thought. Raises what `perform` raises.
    """
    if ctx.tools is None or not ctx.settings.tools.enabled:
        return ()
    async with ctx.database.read() as uow:
        task = await uow.tasks.get(task_id)
        offers = await _offers(uow, task) if is_hard(task.text) else None
    if offers is None:
        return ()
    thoughts = await perform(ctx, task_id, ThinkStep(), run=run)
    thinking = Thinking(thoughts=thoughts)
    for at in range(len(thoughts)):
        arguments = numbered(thinking, at)
        wish = ToolWish(id=f"{NAME}-{at}", name=offers.tools[0].name, arguments=arguments)
        turn = WorkTurn(wishes=(wish,))
        step = f"r{task.round}:{NAME}:t{at}"
        wanted = Wanted(step=step, who=NAME, turn=turn, offers=offers, states=AT_WORK)
        at_work = await tool_calls.make(ctx, task_id, wanted, run=run)
        if not at_work or not await _taken(ctx, task_id, step):
            break  # six times the patience with a silent server would hold the task up
    return thoughts


async def _taken(ctx: Context, task_id: str, step: str) -> bool:
    async with ctx.database.read() as uow:
        rows = await uow.tool_calls.of_step(task_id, step)
    return all(row.state is CallState.DONE for row in rows)


class ThinkStep(ModelStep[Thinking, Thoughts]):
    """The lead's call; a task that is elsewhere by now, or has one output, needs no thoughts."""

    name = NAME

    async def begin(self, uow: UnitOfWork, task: Task) -> ThinkRequest | Done[Thoughts]:
        """Gather the outputs."""
        plan = await stored_plan(uow, task)
        if plan is None or task.state not in (TaskState.WORKING, TaskState.SYNTHESISING):
            return Done(())
        outputs, _ = await delivered(uow, plan)
        if plan.body.kind != "pattern" or len(outputs) < 2:
            return Done(())
        said = await read_thread(uow, task)
        return ThinkRequest(text=task.text, said=said, plan=plan.body, outputs=outputs)

    async def end(self, uow: UnitOfWork, task: Task, reply: Reply[Thinking]) -> Thoughts:
        """Return the thoughts; the ledger keeps them."""
        return sound(reply.value).thoughts

    async def unusable(
        self, uow: UnitOfWork, task: Task, error: ModelAnswerInvalid
    ) -> Done[Thoughts] | None:
        """Go on without them."""
        return Done(())


async def weighed(
    uow: UnitOfWork, workspace_id: str, task_id: str, *, round_number: int
) -> Weighed:
    """Return how a round's decision was weighed, for who wants to see it; raises NotFound."""
    task = await uow.tasks.get(task_id)
    call = await uow.ledger.finished(task_id, f"r{round_number}:{NAME}")
    if task.workspace_id != workspace_id or call is None or call.result is None:
        raise NotFound("thoughts of task", task.public_id)
    thoughts = sound(Thinking.model_validate(call.result)).thoughts
    rows: list[ToolCall] = []
    for at in range(len(thoughts)):
        rows += await uow.tool_calls.of_step(task_id, f"r{round_number}:{NAME}:t{at}")
    taken = sum(row.state is CallState.DONE for row in rows)
    return Weighed(thoughts, rows[0].server if rows else "", taken)


async def _offers(uow: UnitOfWork, task: Task) -> Offers | None:
    """Return the first server for thinking that may be used unasked in the task's channel."""
    channel = await uow.channels.find(task.workspace_id, task.channel_id)
    servers: Sequence[ToolServer] = await uow.tool_servers.all(task.workspace_id)
    for server in servers:
        tools = {tool.name: tool for tool in tools_of(server)}
        name = resolve(_TOOL, tools)
        if THINKING not in capabilities(tools) or not serves(server, channel) or name is None:
            continue
        if permission_for(server, name) == "read":
            offer = Offer(wire_name(server.name, name), server.name, tools[name], "read")
            return Offers((offer,), servers={server.name: server})
    return None
