"""What comes with a wish: noted in its transaction, read by the task's run before it plans.

What is read is data for the model: text of the thread by people who may ask is the one exception.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from bot.domain.events import AttachmentRefused
from bot.domain.links import MessageLink
from bot.errors import DatabaseAway
from bot.services.context import Context
from bot.services.file_text import file_text, shortened
from bot.services.service_quality import KIND as QUALITY
from bot.services.service_quality import measure as measure_quality
from bot.services.service_quality import tell as tell_quality
from bot.services.sources import FileRef, Heard, Sources, Unreadable
from bot.services.workspace_settings import effective
from storage.models import Attachment, Task, Thread
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 60.0
"""Ours: the most that one thing to read may hold up its task."""
LOOK = "look"
"""Key and kind of the row that asks to look for a mention's files."""
MOST_LINKED = 20
"""Messages of a linked thread."""
_CLOSED = "I left out a linked message: I read only public channels that I am in, and this one."


@dataclass(frozen=True)
class Brought:
    """What a message brings along; `thread` asks for what was said in its thread before.

    `look` says that it may have files that were not told: Slack tells of a mention without them.
    """

    files: tuple[FileRef, ...] = ()
    links: tuple[MessageLink, ...] = ()
    thread: bool = False
    look: bool = False
    quality: tuple[str, str] | None = None
    """A service and its repository, whose code is measured before anybody plans."""
    seen: tuple[MessageLink, ...] = ()
    """What the person had on the screen: read like a link, but left out without a word."""


NOTHING = Brought()


async def note(
    uow: UnitOfWork, thread: Thread, brought: Brought, *, ts: str, user_id: str, now: datetime
) -> int:
    """Store what is to be read beside the message at `ts`; returns how much of it is new."""
    items: list[dict[str, Any]] = [
        {
            "key": f"file:{ref.file_id}"[:120],
            "kind": "file",
            "name": ref.name[:200],
            "source": {"url": ref.url, "size": ref.size},
        }
        for ref in brought.files
    ]
    items += [
        {
            "key": f"link:{link.channel_id}:{link.ts}",
            "kind": "link",
            "name": "linked message",
            "source": {"channel": link.channel_id, "ts": link.ts, "root_ts": link.root_ts},
        }
        for link in brought.links
    ]
    items += [
        {
            "key": f"seen:{link.channel_id}:{link.ts}",
            "kind": "link",
            "name": "message on the person's screen",
            "source": {"channel": link.channel_id, "ts": link.ts, "root_ts": link.root_ts},
        }
        for link in brought.seen
    ]
    if brought.thread:
        source = {"root_ts": thread.root_ts, "before": ts}
        items.append({"key": "thread", "kind": "thread", "name": "the thread", "source": source})
    if brought.quality is not None:
        service, repository = brought.quality
        source = {"service": service, "repository": repository}
        items.append(
            {"key": QUALITY, "kind": QUALITY, "name": f"code of {service}"[:200], "source": source}
        )
    place = {
        "workspace_id": thread.workspace_id,
        "channel_id": thread.channel_id,
        "thread_id": thread.id,
        "message_ts": ts,
        "asker_id": user_id,
    }
    new = sum([await uow.attachments.add(now=now, **place, **item) for item in items])
    if brought.look:
        source = {"root_ts": thread.root_ts}
        await uow.attachments.add(
            now=now, **place, key=LOOK, kind=LOOK, name="the message", source=source
        )
    if new:
        await uow.attachments.count_on(thread.workspace_id, thread.channel_id, ts, attached=new)
    return new


async def looked(uow: UnitOfWork, workspace_id: str, channel_id: str, ts: str) -> None:
    """Note that a message's files have been told: nobody need look for them any more."""
    await uow.attachments.drop_waiting(workspace_id, channel_id, ts, key=LOOK)


async def any_waits(uow: UnitOfWork, task_id: str) -> bool:
    """Return whether `read_waiting` has anything to do; asked in a read that is open anyway."""
    return bool(await uow.attachments.waiting_for(task_id))


async def read_waiting(ctx: Context, task_id: str) -> None:
    """Read what the task's thread brought and nobody has read yet; safe to run again.

    What cannot be read is said in the thread in one sentence; the task goes on.
    """
    async with ctx.database.read() as uow:
        waiting = await uow.attachments.waiting_for(task_id)
        if not waiting or ctx.sources is None:
            return
        task = await uow.tasks.get(task_id)
    for row in (row for row in waiting if row.kind == LOOK):
        await _look(ctx, ctx.sources, row)
    async with ctx.database.read() as uow:
        waiting = await uow.attachments.waiting(task.thread_id)
    await asyncio.gather(*(_read(ctx, ctx.sources, task, row) for row in waiting))


async def _look(ctx: Context, sources: Sources, row: Attachment) -> None:
    """Ask Slack once which files a mention has, unless its other delivery has told meanwhile."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            files = await sources.files_of(
                row.workspace_id, row.channel_id, row.message_ts, root_ts=row.source["root_ts"]
            )
    except (Unreadable, TimeoutError):
        files = []
    now = ctx.clock.now()
    brought = Brought(files=tuple(files[: ctx.settings.limit.files]))
    async with ctx.database.begin() as uow:
        await looked(uow, row.workspace_id, row.channel_id, row.message_ts)
        thread = await uow.threads.get(row.thread_id)
        await note(uow, thread, brought, ts=row.message_ts, user_id=row.asker_id, now=now)


async def _read(ctx: Context, sources: Sources, task: Task, row: Attachment) -> None:
    try:
        async with asyncio.timeout(_patience(ctx, row)):
            text, heard = await _content(ctx, sources, row)
    except Unreadable as refused:
        await _refuse(ctx, task, row, refused.sentence)
    except TimeoutError:
        who = "The tools" if row.kind == QUALITY else "Slack"
        await _refuse(ctx, task, row, f"{who} did not give me {row.name} in time.")
    except DatabaseAway:
        raise  # the run takes it up again
    except Exception as error:  # what a file can provoke stops no task
        log.error("attachment.broke", attachment_id=row.id, task_id=task.id, exc_info=error)
        await _refuse(ctx, task, row, f"I could not read {row.name}.")
    else:
        await _keep(ctx, row, text, heard)


def _patience(ctx: Context, row: Attachment) -> float:
    """Return how many seconds one thing may take: two tools of so many seconds, or Slack."""
    return (
        2 * ctx.settings.sandbox.seconds + PATIENCE_SECONDS
        if row.kind == QUALITY
        else PATIENCE_SECONDS
    )


async def _content(
    ctx: Context, sources: Sources, row: Attachment
) -> tuple[str, list[tuple[Heard, bool]]]:
    """Return the text of a file or link, or a thread's messages and whether each is trusted."""
    limit, source = ctx.settings.limit, row.source
    if row.kind == QUALITY:
        return await measure_quality(ctx, row), []
    if row.kind == "file":
        return await _file(ctx, sources, row), []
    if row.kind == "link":
        channel = str(source["channel"])
        if channel != row.channel_id and not await _may_bring(ctx, sources, row, channel):
            raise Unreadable(_CLOSED)
        try:
            heard = await sources.thread(
                row.workspace_id, channel, str(source["root_ts"]), most=MOST_LINKED
            )
        except Unreadable:
            raise Unreadable(_CLOSED) from None
        lines = [f"{item.user_id or 'a bot'}: {item.text}" for item in heard]
        return shortened("\n".join(lines), limit.file_chars), []
    found = await sources.thread(
        row.workspace_id,
        row.channel_id,
        str(source["root_ts"]),
        most=limit.thread_messages,
        before=str(source["before"]),
    )
    return "", await _judged(ctx, sources, row, found)


async def _may_bring(ctx: Context, sources: Sources, row: Attachment, channel: str) -> bool:
    """Whether what was said in another channel may be read out here: not where others read."""
    async with ctx.database.read() as uow:
        if await uow.channels.is_shared(row.workspace_id, row.channel_id):
            return False
    return await sources.may_see(row.workspace_id, row.asker_id, channel)


async def _file(ctx: Context, sources: Sources, row: Attachment) -> str:
    limit, source = ctx.settings.limit, row.source
    if not source["url"]:
        raise Unreadable(f"Slack does not let me read {row.name}.")
    if int(source["size"]) > limit.file_bytes:
        most = limit.file_bytes / 1_000_000
        raise Unreadable(f"{row.name} is too large; I read files up to {most:g} MB.")
    body = await sources.file(row.workspace_id, str(source["url"]), most=limit.file_bytes)
    text = await file_text(row.name, body, types=limit.file_types)
    return shortened(text, limit.file_chars)


async def _judged(
    ctx: Context, sources: Sources, row: Attachment, heard: Sequence[Heard]
) -> list[tuple[Heard, bool]]:
    """Say of each message whether its author may ask: only then it counts as more than data."""
    async with ctx.database.read() as uow:
        settings = await effective(ctx, uow, row.workspace_id, channel_id=row.channel_id)
    people = {item.user_id for item in heard if item.user_id and not item.is_bot}
    trusted = {
        user for user in sorted(people) if await sources.may_ask(settings, row.workspace_id, user)
    }
    return [(item, not item.is_bot and item.user_id in trusted) for item in heard]


async def _keep(
    ctx: Context, row: Attachment, text: str, heard: Sequence[tuple[Heard, bool]]
) -> None:
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        if not await uow.attachments.settle(row.id, state="read", text=text, now=now):
            return
        if row.kind == QUALITY:
            await tell_quality(ctx, uow, row, text)
        thread = await uow.threads.get(row.thread_id)
        for item, trusted in heard:
            await uow.threads.add_message(
                thread,
                ts=item.ts,
                user_id=item.user_id or "bot",
                text=item.text[: ctx.settings.limit.message_chars],
                trusted=trusted,
                now=now,
            )


async def _refuse(ctx: Context, task: Task, row: Attachment, sentence: str) -> None:
    log.info("attachment.refused", attachment_id=row.id, task_id=task.id, kind=row.kind)
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        refused = await uow.attachments.settle(row.id, state="refused", problem=sentence, now=now)
        # Nobody asked for what was merely on the screen.
        if refused and not row.key.startswith("seen:"):
            await uow.tasks.get(task.id)
            event = AttachmentRefused(task.id, attachment_id=row.id, sentence=sentence)
            await ctx.announcer.announce(uow, event)
