"""Calls of tools as durable steps: a row before each, its result stored, an ended one never again.

A call that only reads is made again when its process died in the middle; one that may change
something is not, because it may have happened. What needs a person's yes waits as a row, and the
task pauses until the answer, or goes on without it when nobody answered in time.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot import tracing
from bot.domain.redaction import Options, redact
from bot.domain.task import TaskState
from bot.domain.tool_call import (
    CALL_ENDED,
    CallState,
    ToolResult,
    ToolWish,
    WorkTurn,
    bounded,
    fingerprint,
    storable,
)
from bot.domain.tool_capability import SANDBOX
from bot.errors import TeamleadError
from bot.services import worktrees
from bot.services.context import Context
from bot.services.ledger import TaskStopped
from bot.services.model_step import Superseded
from bot.services.patience import until_back
from bot.services.tool_call_news import show_call
from bot.services.tool_offers import Offer, Offers
from bot.services.tool_reach import reach
from bot.tools.port import Told, ToolFailed
from bot.tools.sandbox.tools import OPEN
from storage.models import Task, ToolCall, new_id
from storage.uow import UnitOfWork

MOST_ARGUMENTS = 100_000
"""Ours, in bytes."""
_LOOK_AGAIN_SECONDS = 0.5
_LOOKED_AT = 4
"""Ours: so many times what is kept of a result is looked through for secrets."""
_GONE = "This tool is not there any more."
_LOST = (
    "The process ended during this call. Whether it took effect is not known; it is not made again."
)


class YesNeeded(TeamleadError):
    """A tool may only be used when a person says so; the task waits until then."""

    def __init__(self, task_id: str, *, until: datetime) -> None:
        super().__init__("A tool waits for a person's yes.")
        self.task_id = task_id
        self.until = until


@dataclass(frozen=True)
class Wanted:
    """The wishes of one turn: `step` is the model's call in the ledger, `who` the specialist."""

    step: str
    who: str
    turn: WorkTurn
    offers: Offers
    states: frozenset[TaskState] = frozenset({TaskState.WORKING})
    """In which states of the task they are made."""


async def make(ctx: Context, task_id: str, wanted: Wanted, *, run: str | None) -> bool:
    """Make every call of a turn that may be made; False when the task is not at work any more.

    Safe to run again. Raises YesNeeded while one waits for a person, TaskStopped, Superseded.
    """
    note = partial(_note, ctx, task_id, wanted, run=run)
    if not await until_back(ctx.clock, note):
        return False
    rows = await _rows(ctx, task_id, wanted)
    while any(row.state not in CALL_ENDED for row in rows):
        await _make_all(ctx, wanted, rows)
        rows = await _rows(ctx, task_id, wanted)
        waiting = [row.ask_until for row in rows if row.state is CallState.WAITING]
        if waiting:
            raise YesNeeded(task_id, until=min(until for until in waiting if until))
        # What was allowed while others were made is made now.
    return True


async def _rows(ctx: Context, task_id: str, wanted: Wanted) -> Sequence[ToolCall]:
    async with ctx.database.read() as uow:
        return await uow.tool_calls.of_step(task_id, wanted.step)


async def _make_all(ctx: Context, wanted: Wanted, rows: Sequence[ToolCall]) -> None:
    pairs = list(zip(rows, wanted.turn.wishes, strict=True))
    reads = [pair for pair in pairs if pair[0].permission == "read"]
    made = (_make(ctx, wanted, row, wish) for row, wish in reads)
    # What breaks one must not leave the others out alone, when the run is over already.
    broken = [each for each in await asyncio.gather(*made, return_exceptions=True) if each]
    if broken:
        raise broken[0]
    for row, wish in pairs:
        if row.permission != "read":
            await _make(ctx, wanted, row, wish)


def results(turn: WorkTurn, rows: Mapping[int, ToolCall]) -> tuple[ToolResult, ...]:
    """Return what a turn's wishes brought; raises KeyError where a row is missing."""
    return tuple(
        ToolResult(
            wish=wish, text=rows[at].result, failed=rows[at].state is not CallState.DONE
        )
        for at, wish in enumerate(turn.wishes)
    )  # fmt: skip


async def _note(ctx: Context, task_id: str, wanted: Wanted, *, run: str | None) -> bool:
    """Store a row for each wish, unless it is there; ask for what needs a yes."""
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(task_id, lock=True)
        if run is not None and task.workflow_id != run:
            raise Superseded(task_id)
        if task.stop_requested_by is not None:
            raise TaskStopped(task_id)
        if task.state not in wanted.states:
            return False
        there = {row.position for row in await uow.tool_calls.of_step(task_id, wanted.step)}
        for position in range(len(wanted.turn.wishes)):
            if position not in there:
                await _add(ctx, uow, task, wanted, position)
    return True


async def _add(ctx: Context, uow: UnitOfWork, task: Task, wanted: Wanted, position: int) -> None:
    wish, now = wanted.turn.wishes[position], ctx.clock.now()
    offer = wanted.offers.named(wish.name)
    digest, size = fingerprint(wish.arguments)
    problem = _refused(ctx, wish, offer, position=position, size=size)
    asks = offer is not None and offer.permission == "ask" and not problem
    state = CallState.FAILED if problem else CallState.WAITING if asks else CallState.ALLOWED
    hours = timedelta(hours=ctx.settings.tools.ask_hours)
    call_id = new_id()
    await uow.tool_calls.add(
        {
            "id": call_id,
            "workspace_id": task.workspace_id,
            "channel_id": task.channel_id,
            "task_id": task.id,
            "step": wanted.step,
            "position": position,
            "specialist": wanted.who[:80],
            "server": offer.server if offer else "",
            "tool": _called(offer.tool.name if offer else wish.name),
            "permission": offer.permission if offer else "off",
            "arguments_hash": digest,
            "arguments_size": size,
            "state": state,
            "attempt": 0,
            "result": problem,
            "result_size": len(problem),
            "seconds": 0.0,
            "ask_until": now + hours if asks else None,
            "created_at": now,
            "ended_at": now if problem else None,
        }
    )
    if asks:
        row = await uow.tool_calls.get(task.workspace_id, call_id)
        await show_call(ctx, uow, row, task, arguments=cleaned(ctx, wish.arguments))


def _refused(ctx: Context, wish: ToolWish, offer: Offer | None, *, position: int, size: int) -> str:
    """Return why a wish is not granted at all; empty when it is."""
    if offer is None:
        return f"There is no tool {storable(wish.name)[:60]!r} here."
    if position >= ctx.settings.tools.calls:
        return f"At most {ctx.settings.tools.calls} calls at once; ask again for this one."
    return "The arguments are too long." if size > MOST_ARGUMENTS else ""


async def _make(ctx: Context, wanted: Wanted, row: ToolCall, wish: ToolWish) -> None:
    """Make one call unless it has ended, waits, or is out in another process: then wait for it."""
    if row.state in CALL_ENDED:
        return
    await ctx.gate.enter()
    with ctx.gate.inside():
        while (claimed := await until_back(ctx.clock, partial(_claim, ctx, row))) is None:
            await ctx.clock.sleep(_LOOK_AGAIN_SECONDS)
        if not claimed:
            return
        started = ctx.clock.monotonic()
        with tracing.span("tool.call", task_id=row.task_id, call_id=row.id):
            told = await _told(ctx, wanted.offers, row, wish)
        seconds = ctx.clock.monotonic() - started
        await until_back(ctx.clock, partial(_settle, ctx, row, told, seconds=seconds))


async def _claim(ctx: Context, row: ToolCall) -> bool | None:
    """Take a call to make it: True when it is ours, None while another process has it out."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(row.task_id, lock=True)
        found = await uow.tool_calls.get(row.workspace_id, row.id, lock=True)
        if found.state in CALL_ENDED:
            return False
        if task.stop_requested_by is not None:
            raise TaskStopped(task.id)
        if found.state is CallState.WAITING:
            if found.ask_until is not None and found.ask_until <= now:
                await _expire(ctx, uow, task, found, now=now)
            return False
        if found.state is CallState.RUNNING:
            if await _is_out(ctx, uow, found, now=now):
                return None
            if found.permission != "read" and not _again(found):
                found.state, found.ended_at, found.result = CallState.LOST, now, _LOST
                found.result_size = len(_LOST)
                return False
        found.state = CallState.RUNNING
        found.attempt += 1
        found.worker_id = ctx.caller.worker_id or None
        found.started_at = now
    return True


async def _expire(
    ctx: Context, uow: UnitOfWork, task: Task, row: ToolCall, *, now: datetime
) -> None:
    row.state, row.ended_at = CallState.REFUSED, now
    row.result = "Nobody allowed this call in time; it was not made."
    row.result_size = len(row.result)
    await uow.session.flush()
    await show_call(ctx, uow, row, task)


async def _is_out(ctx: Context, uow: UnitOfWork, row: ToolCall, *, now: datetime) -> bool:
    """Whether another living process may still bring this call's result home."""
    if ctx.caller.is_ours(row.worker_id) or row.started_at is None:
        return False
    longest = ctx.settings.tools.call_seconds
    if row.server == SANDBOX:
        longest = max(longest, ctx.settings.sandbox.seconds)
    if now >= row.started_at + timedelta(seconds=2 * longest + 60):
        return False
    return not await uow.workers.outlived(row.worker_id or "", moment=row.started_at)


async def _told(ctx: Context, offers: Offers, row: ToolCall, wish: ToolWish) -> Told:
    offer = offers.named(wish.name)
    if offer is None or ctx.tools is None:
        return Told(_GONE, failed=True)
    if (offer.server, _called(offer.tool.name)) != (row.server, row.tool):
        return Told(_GONE, failed=True)  # the name means another tool by now: nobody allowed that
    if offer.permission == "ask" and row.answered_by is None:
        return Told("Since then this tool needs a person's yes; ask for it again.", failed=True)
    try:
        if offer.server == SANDBOX:  # it leaves nowhere, and code must stay as it was written
            return await worktrees.call(ctx, row, wish.arguments)
        return await reach(ctx, offers, offer, cleaned(ctx, wish.arguments), row.workspace_id)
    except ToolFailed as failed:
        return Told(failed.sentence, failed=True)


def _again(row: ToolCall) -> bool:
    """Whether a call that was cut off changes no more when it is made again: a second opening."""
    return (row.server, row.tool) == (SANDBOX, OPEN)


def _called(tool: str) -> str:
    """Return a tool's name as its calls keep it."""
    return storable(tool)[:120]


def cleaned(ctx: Context, value: Any) -> Any:
    """Return JSON without secrets and personal numbers, as every database stores it: arguments that
    leave for somebody's server, and what a server says of its tools.
    """
    options = Options(**ctx.settings.redaction.model_dump())
    if isinstance(value, str):
        return redact(storable(value), options)
    if isinstance(value, Mapping):
        return {storable(str(key)): cleaned(ctx, item) for key, item in value.items()}
    if isinstance(value, list):
        return [cleaned(ctx, item) for item in value]
    return value


async def _settle(ctx: Context, row: ToolCall, told: Told, *, seconds: float) -> None:
    """Store what a call brought, bounded and without secrets."""
    most = ctx.settings.tools.result_chars
    # Looking for secrets in megabytes would hold up everybody else.
    looked_at = told.text[: _LOOKED_AT * most]
    text = redact(storable(looked_at), Options(**ctx.settings.redaction.model_dump()))
    async with ctx.database.begin() as uow:
        found = await uow.tool_calls.get(row.workspace_id, row.id, lock=True)
        if found.state is not CallState.RUNNING:
            return
        found.state = CallState.FAILED if told.failed else CallState.DONE
        found.result = bounded(text, most, size=len(text) + told.size - len(looked_at))
        found.result_size = told.size
        found.seconds = seconds
        found.ended_at = ctx.clock.now()
        if told.failed and (server := await uow.tool_servers.named(row.workspace_id, row.server)):
            server.check_at = ctx.clock.now()  # whether it still answers is looked at soon
