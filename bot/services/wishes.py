"""Wishes: messages that ask for something, taken in as tasks or as words in their threads."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from bot.domain.events import FollowUpTaken, TaskAccepted, TaskEvent, TaskMoved
from bot.domain.roots import is_provisional
from bot.domain.task import ENDED
from bot.domain.wish import check_text
from bot.errors import UserFacingError
from bot.services import attachments, pace, secret_news
from bot.services.attachments import NOTHING, Brought
from bot.services.context import Context
from bot.services.tasks import open_round
from bot.services.workspace_settings import effective
from storage.models import Task
from storage.uow import UnitOfWork

Mode = Literal["auto", "team", "answer", "matrix", "architecture", "sprint", "review", "standup"]
"""From `matrix` on: errands; what is said after them in the thread is a usual wish (ADR 15)."""


@dataclass(frozen=True)
class Wish:
    """A message that asks for something, wherever it came from.

    `ts` is the message's, `root_ts` its thread's (the same for a message that starts one), `key`
    names the thing taken in, so that its second delivery changes nothing. What is `is_private` must
    not show up anywhere else.
    """

    workspace_id: str
    channel_id: str
    user_id: str
    text: str
    ts: str
    root_ts: str
    key: str
    surface: Literal["slack", "terminal"] = "slack"
    mode: Mode = "auto"
    model: Literal["", "claude", "offline"] = ""
    trusted: bool = True
    is_private: bool = False
    brought: Brought = NOTHING


async def claim(uow: UnitOfWork, wish: Wish, *, now: datetime) -> bool:
    """Make a wish's channel known and claim its message; False when that was done before."""
    await uow.channels.ensure(
        wish.workspace_id,
        wish.channel_id,
        now=now,
        surface=wish.surface,
        is_private=wish.is_private,
    )
    return await uow.receipts.claim(wish.workspace_id, wish.key, now=now)


async def take_in(ctx: Context, wish: Wish) -> Task | None:
    """Store a wish as a new task, or as a follow-up when its thread already has one.

    Returns the task to start, or None when the message was taken in before. Everything happens
    in one transaction: after it, a crash loses nothing. Raises UserFacingError for text that
    cannot be a task; then nothing is stored.
    """
    text = check_text(wish.text, longest=ctx.settings.limit.message_chars)
    now = ctx.clock.now()
    async with ctx.database.begin(urgent=True) as uow:
        if not await claim(uow, wish, now=now):
            return await _late_files(ctx, uow, wish)
        place = {"channel_id": wish.channel_id, "user_id": wish.user_id}
        settings = await effective(ctx, uow, wish.workspace_id, **place)
        thread = await uow.threads.ensure(
            wish.workspace_id,
            wish.channel_id,
            wish.root_ts,
            now=now,
            mention_only=settings.mention_only,
        )
        await uow.threads.add_message(
            thread, ts=wish.ts, user_id=wish.user_id, text=text, trusted=wish.trusted, now=now
        )
        task = await uow.tasks.of_thread(thread.id, lock=True)
        midway = task is None and wish.surface == "slack" and wish.root_ts != wish.ts
        brought = replace(wish.brought, thread=midway and not is_provisional(wish.root_ts))
        await attachments.note(uow, thread, brought, ts=wish.ts, user_id=wish.user_id, now=now)
        event: TaskEvent
        if task is None:
            if settings.only_offline and wish.model == "claude":
                raise UserFacingError("This channel is set to work offline only.")
            model = wish.model or settings.model
            task = await _new_task(uow, wish, thread.id, text=text, model=model, now=now)
            await pace.check(ctx, uow, task, surface=wish.surface)
            event = TaskAccepted(task.id)
        else:
            if wish.ts <= task.read_ts:  # told late: what came after it has been read already
                await _unread_from(uow, task, wish.ts)
            open_round(task, now=now)
            event = FollowUpTaken(task.id, ts=wish.ts)
        await uow.receipts.link(wish.workspace_id, wish.key, task.id)
        await ctx.announcer.announce(uow, event)
        await secret_news.tell(ctx, uow, task, said_by=wish.user_id, text=text, to=wish.surface)
    return task


async def _unread_from(uow: UnitOfWork, task: Task, ts: str) -> None:
    """Let the message at `ts`, and those after it, be read (again) by the next call or round."""
    earlier = [said.ts for said in await uow.threads.messages(task.thread_id) if said.ts < ts]
    task.read_ts = earlier[-1] if earlier else ""


async def _late_files(ctx: Context, uow: UnitOfWork, wish: Wish) -> Task | None:
    """Take in files that a second delivery names, as mentions come without; an ended task reopens.

    Returns the task to start then.
    """
    if wish.surface != "slack" or wish.brought.look:
        return None
    await attachments.looked(uow, wish.workspace_id, wish.channel_id, wish.ts)
    task_id = await uow.receipts.task_of(wish.workspace_id, wish.key)
    if not wish.brought.files or task_id is None:
        return None
    task, now = await uow.tasks.get(task_id, lock=True), ctx.clock.now()
    thread, files = await uow.threads.get(task.thread_id), Brought(files=wish.brought.files)
    new = await attachments.note(uow, thread, files, ts=wish.ts, user_id=wish.user_id, now=now)
    if not new or task.state not in ENDED:
        return None
    open_round(task, now=now)
    await ctx.announcer.announce(uow, TaskMoved(task.id))
    return task


async def overhear(ctx: Context, wish: Wish) -> bool:
    """Keep what somebody without the right said in a task's thread: data for the next step.

    Elsewhere nothing is kept but the receipt. Returns False when it was heard before.
    """
    now = ctx.clock.now()
    async with ctx.database.begin(urgent=True) as uow:
        if not await claim(uow, wish, now=now):
            return False
        thread = await uow.threads.find(wish.workspace_id, wish.channel_id, wish.root_ts)
        text = wish.text.strip()[: ctx.settings.limit.message_chars]
        if thread is not None and text:
            await uow.threads.add_message(
                thread, ts=wish.ts, user_id=wish.user_id, text=text, trusted=False, now=now
            )
    return True


async def _new_task(
    uow: UnitOfWork, wish: Wish, thread_id: str, *, text: str, model: str, now: datetime
) -> Task:
    return await uow.tasks.add(
        Task(
            workspace_id=wish.workspace_id,
            channel_id=wish.channel_id,
            thread_id=thread_id,
            number=await uow.channels.next_task_number(wish.workspace_id),
            requester_id=wish.user_id,
            text=text,
            mode=wish.mode,
            model=model,
            read_ts=wish.ts,
            created_at=now,
            updated_at=now,
        )
    )
