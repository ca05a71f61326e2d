"""A wish that another program asks for in a person's name: a task like one of a mention's.

Rights, budgets, the pace and the receipt are those of a mention; the thread is opened in the
channel, so that people see what was asked and can answer. Nothing is asked twice: the program's own
key names the wish.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.mcp_token import Agent
from bot.domain.memory.graph import View
from bot.domain.roots import provisional
from bot.domain.wish import check_text
from bot.errors import Bug, NotAllowed, UserFacingError
from bot.services import wishes
from bot.services.context import Context, Starter
from bot.services.mcp_rights import require_act
from bot.services.wishes import Wish
from bot.services.workspace_settings import effective
from storage.models import Task

_EARLIER = timedelta(minutes=5)
"""The wish's moment lies before any reply's, even where our clock is ahead of Slack's."""


@dataclass(frozen=True)
class Delegated:
    """The task, and whether it is new."""

    task: Task
    is_new: bool


async def delegate(
    ctx: Context, starter: Starter | None, agent: Agent, view: View, *, text: str, key: str
) -> Delegated:
    """Take a wish in, or return what it became when it was asked for before.

    Without a starter a running bot finds the task. Raises UserFacingError for a text that cannot be
    a task or a key that was another wish's, NotAllowed for who may not ask there.
    """
    if not agent.user_id:
        raise NotAllowed(
            "A task is asked for by a person, and this token belongs to nobody.",
            hint="The operator can make one for a person (`--user`).",
        )
    if not view.channel_id:
        raise UserFacingError("In which channel?", hint="Name its id as `channel`, e.g. C012AB3CD.")
    text = check_text(text, longest=ctx.settings.limit.message_chars)
    digest = hashlib.sha256(f"{agent.user_id} {key}".encode()).hexdigest()[:40]
    wish = Wish(
        workspace_id=view.workspace_id,
        channel_id=view.channel_id,
        user_id=agent.user_id,
        text=text,
        ts=f"{(ctx.clock.now() - _EARLIER).timestamp():.6f}",
        root_ts=provisional(digest),
        key=f"mcp:{digest}",
        is_private=await _check_place(ctx, agent, view),
    )
    await require_act(ctx, agent, "ask", channel_id=view.channel_id)
    task = await wishes.take_in(ctx, wish)
    found = task or await _known(ctx, wish)
    if found.text != text or found.channel_id != view.channel_id:
        raise UserFacingError(
            f"That idempotency_key is {found.public_id}'s, which is another wish.",
            hint="Take a new key for a new wish.",
        )
    await _note(ctx, agent, found)
    if task is not None and starter is not None:
        await starter.start_task(task.id, task.workflow_id)
    return Delegated(found, is_new=task is not None)


async def _check_place(ctx: Context, agent: Agent, view: View) -> bool:
    """Return whether the channel is private; raises NotAllowed where the lead is switched off."""
    async with ctx.database.read() as uow:
        channel = await uow.channels.get(view.workspace_id, view.channel_id)
        settings = await effective(ctx, uow, view.workspace_id, channel_id=view.channel_id)
    if channel.surface != "slack":
        raise UserFacingError("That is the terminal's channel.", hint="Name a channel of Slack's.")
    if not settings.is_on("enabled"):
        raise NotAllowed(
            "I am switched off in that channel.",
            hint="Who may change settings can type `/lead settings enabled on` there.",
        )
    return channel.is_private


async def _known(ctx: Context, wish: Wish) -> Task:
    async with ctx.database.read() as uow:
        task_id = await uow.receipts.task_of(wish.workspace_id, wish.key)
        if task_id is None:
            raise Bug("a wish of a program was taken in before, and became nothing")
        return await uow.tasks.get(task_id)


async def _note(ctx: Context, agent: Agent, task: Task) -> None:
    """Say once in the log that a program asked."""
    async with ctx.database.begin() as uow:
        await uow.tasks.get(task.id, lock=True)
        entries = await uow.audit.of(task.workspace_id, "task", task.id)
        if any(entry.action == "task.delegate" for entry in entries):
            return
        await uow.audit.add(
            task.workspace_id,
            agent.user_id,
            action="task.delegate",
            noun="task",
            noun_id=task.id,
            at=ctx.clock.now(),
            details={"agent": agent.name},
        )
