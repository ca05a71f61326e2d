"""Who asks to forget, whose turn it is, who is told: a wish is a row, which any process works.

The click stores the row and no more. A tick works it (`bot.services.forget`); the telling is a
post like any other, and when it is sent the person's id goes from both.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.forget import new_pseudonym
from bot.domain.lanes import POST
from bot.errors import DatabaseAway
from bot.services.context import Context
from bot.services.forget import count_of_channel, forget_channel, forget_person
from bot.services.forget_run import LEASE, Counts, Run, TakenOver
from bot.services.tasks import LEAD_USER
from bot.slack.cards.forget import forgotten_text
from storage.models import Forgetting
from storage.models.forgetting import Subject
from storage.repositories.forget import ForgetRepository
from storage.repositories.forget_posts import ForgetPostsRepository
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)

DELETED_AT = "deleted_at"
BATCH = 20
"""Ours: wishes of one tick; each takes seconds."""
_LATE_CALLS = 500
_LOOK_AGAIN = timedelta(seconds=15)
"""How often it is looked whether the telling was sent."""
_GIVE_UP = timedelta(days=1)
"""After so long nobody is told any more: the id is not kept for the sake of a message."""
_LONGEST_WAIT = timedelta(hours=1)
_WHISPER = "chat.postEphemeral"


@dataclass(frozen=True)
class Wanted:
    """Who or what is to be forgotten in a workspace, and who is told where."""

    workspace_id: str
    subject: Subject
    subject_id: str
    asked_by: str = ""
    """Empty: it is the person's own wish."""
    told_in: str = ""
    direct_id: str = ""


async def ask(ctx: Context, wanted: Wanted) -> bool:
    """Store the wish; returns whether it is new. Asked for again while one is open, nothing."""
    async with ctx.database.begin(urgent=True) as uow:
        return await _ask(ctx, uow, wanted)


async def under_way(
    ctx: Context, workspace_id: str, subject: Subject, subject_id: str
) -> datetime | None:
    """Return since when the same wish is open; None when there is none."""
    async with ctx.database.read() as uow:
        row = await uow.forgettings.open_of(workspace_id, subject, subject_id)
    return row.asked_at if row is not None else None


async def sweep(ctx: Context) -> int:
    """Work or tell what is due; returns how many.

    Safe in several processes: each claims the row, and one that lost its claim writes no more.
    """
    async with ctx.database.read() as uow:
        due = await uow.forgettings.due(now=ctx.clock.now(), limit=BATCH)
    for forgetting_id in due:
        run: Run | None = None
        try:
            run = await _claim(ctx, forgetting_id)
            if run is not None:
                await _work(ctx, run)
        except DatabaseAway:
            raise
        except Exception:  # the others go on; this one is tried again later
            log.exception("forgetting.failed", forgetting_id=forgetting_id)
            await _put_off(ctx, forgetting_id, run)
    return len(due)


async def finish(ctx: Context, wanted: Wanted) -> Counts:
    """Forget now, or wait for the process that is at it; returns rows by table."""
    async with ctx.database.begin() as uow:
        await _ask(ctx, uow, wanted)
        row = await uow.forgettings.open_of(wanted.workspace_id, wanted.subject, wanted.subject_id)
    if row is None:  # it was open, and another process has just ended it
        return {}
    while True:
        run = await _claim(ctx, row.id)
        if run is not None:
            await _work(ctx, run)
        async with ctx.database.read() as uow:
            row = await uow.forgettings.get(row.id)
        if row.ended_at is not None:
            return rows_of(row)
        await ctx.clock.sleep(1)


def rows_of(row: Forgetting) -> Counts:
    """Return how many rows of each table were changed; each counts once."""
    found = row.found or {}
    return {table: found.get(table, number) for table, number in row.removed.items()}


async def channel_deleted(ctx: Context, workspace_id: str, channel_id: str) -> None:
    """Note that a channel is gone from Slack, and that it is to be forgotten.

    The mark stays: what comes later, e.g. of a call under way, the daily clean-up finds by it.
    """
    async with ctx.database.begin(urgent=True) as uow:
        channel = await uow.channels.find(workspace_id, channel_id)
        if channel is None:
            return
        channel.settings = {DELETED_AT: ctx.clock.now().isoformat()}
        await uow.session.flush()
        await _ask(ctx, uow, Wanted(workspace_id, "channel", channel_id, asked_by=LEAD_USER))


async def forget_deleted(ctx: Context) -> int:
    """Forget what came after a channel was forgotten; returns how many rows."""
    async with ctx.database.read() as uow:
        gone = await ForgetRepository(uow.session).deleted_channels(DELETED_AT)
    done = 0
    for workspace_id, channel_id in gone:
        if await count_of_channel(ctx, workspace_id, channel_id):
            wanted = Wanted(workspace_id, "channel", channel_id, asked_by=LEAD_USER)
            done += sum((await finish(ctx, wanted)).values())
    async with ctx.database.begin() as uow:
        late = await ForgetRepository(uow.session).empty_late_calls(most=_LATE_CALLS)
    return late + done


async def _ask(ctx: Context, uow: UnitOfWork, wanted: Wanted) -> bool:
    now = ctx.clock.now()
    await uow.channels.ensure_workspace(wanted.workspace_id, now=now)
    return await uow.forgettings.ask(
        wanted.workspace_id,
        wanted.subject,
        wanted.subject_id,
        pseudonym=new_pseudonym(),
        asked_by=wanted.asked_by,
        told_in=wanted.told_in,
        direct_id=wanted.direct_id,
        now=now,
    )


async def _claim(ctx: Context, forgetting_id: str) -> Run | None:
    """Return a new claim of a wish; None where it is done but for the telling, or another's."""
    async with ctx.database.begin() as uow:
        row = await uow.forgettings.get(forgetting_id, lock=True)
        if row.due_at is None or row.due_at > ctx.clock.now():
            return None
        if row.ended_at is not None:
            await _settle(ctx, uow, row)
            return None
        row.attempts += 1
        row.due_at = ctx.clock.now() + LEASE
        return Run.of(row, ctx.clock)


async def _put_off(ctx: Context, forgetting_id: str, run: Run | None) -> None:
    """Have a wish wait that broke, unless another process has it by now, or it is all told."""
    async with ctx.database.begin() as uow:
        row = await uow.forgettings.get(forgetting_id, lock=True)
        taken_over = run is not None and (row.attempts != run.attempt or row.ended_at is not None)
        if taken_over or row.due_at is None:
            return
        wait = min(LEASE * 2 ** min(row.attempts, 10), _LONGEST_WAIT)
        row.due_at = ctx.clock.now() + wait


async def _work(ctx: Context, run: Run) -> None:
    """Do what a claim is for, unless another process has taken it over."""
    try:
        await _forget(ctx, run)
    except TakenOver:
        log.warning("forgetting.taken_over", forgetting_id=run.id)


async def _forget(ctx: Context, run: Run) -> None:
    if run.subject == "person":
        await forget_person(ctx, run)
    else:
        await forget_channel(ctx, run)
    async with ctx.database.begin() as uow:
        row = await uow.forgettings.get(run.id, lock=True)
        if row.attempts != run.attempt or row.ended_at is not None:
            raise TakenOver(run.id)
        await uow.memory_names.remove_empty(run.workspace_id)  # names of which nothing is left
        row.ended_at = ctx.clock.now()
        await _note(ctx, uow, row)
        if row.told_in or row.direct_id:
            await _tell(ctx, uow, row, left=run.left)
            row.due_at = row.ended_at + _LOOK_AGAIN
        else:
            _blank(row)
    log.info("forgetting.done", forgetting_id=run.id, rows=sum(run.rows.values()))
    if run.left:
        log.warning("forgetting.goes_on", forgetting_id=run.id, rows=run.left)


async def _note(ctx: Context, uow: UnitOfWork, row: Forgetting) -> None:
    """Leave a line without any text; a run that found nothing leaves none (ADR 11)."""
    rows = rows_of(row)
    if not rows:
        return
    person = row.subject == "person"
    await uow.audit.add(
        row.workspace_id,
        row.asked_by or row.pseudonym,
        action=f"{row.subject}.forgotten",
        noun=row.subject,
        noun_id=row.pseudonym if person else row.subject_id,
        at=ctx.clock.now(),
        details=dict(sorted(rows.items())),
    )


async def _tell(ctx: Context, uow: UnitOfWork, row: Forgetting, *, left: int) -> None:
    """Queue the message to whoever asked: direct, or where they asked if that is not known."""
    channel = row.subject_id if row.subject == "channel" else ""
    said = forgotten_text(rows_of(row), channel_id=channel, left=left)
    payload: dict[str, object] = {"text": said}
    if not row.direct_id:
        payload["user"] = row.asked_by or row.subject_id
    await uow.outbox.add(
        workspace_id=row.workspace_id,
        channel_id=row.direct_id or row.told_in,
        key=_told_key(row),
        method=POST if row.direct_id else _WHISPER,
        payload=payload,
        now=ctx.clock.now(),
    )


async def _settle(ctx: Context, uow: UnitOfWork, row: Forgetting) -> None:
    """Once it is told, take the person's id out of what told it, and out of the row."""
    now = ctx.clock.now()
    post = await uow.outbox.by_key(row.workspace_id, _told_key(row))
    under_way = post is not None and post.state in ("pending", "sending")
    if under_way and _told_by(row) > now:
        row.due_at = now + _LOOK_AGAIN
        return
    if post is not None:
        await uow.session.delete(post)
    if row.subject == "person":
        # The telling itself has left a pace with the id of their direct messages in its key.
        posts = ForgetPostsRepository(uow.session)
        await posts.drop_pace(row.workspace_id, [row.subject_id, row.direct_id])
    _blank(row)


def _told_by(row: Forgetting) -> datetime:
    return (row.ended_at or row.asked_at) + _GIVE_UP


def _told_key(row: Forgetting) -> str:
    return f"forgetting:{row.id}:told"


def _blank(row: Forgetting) -> None:
    row.due_at, row.told_in, row.direct_id, row.places = None, "", "", []
    if row.subject == "person":
        row.subject_id = row.pseudonym
