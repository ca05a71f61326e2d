"""Architecture reviews: opened at their time, held in their thread, summed up when it is over.

A review is a row and a task in its thread. The task's errand works the points and, after the talk,
the summary; whoever finds the row due takes it further, so a process that dies loses nothing.
"""

from datetime import datetime, timedelta

import structlog

from bot.domain.architecture_review import AgendaPoint
from bot.domain.events import BoardMoved
from bot.domain.roots import provisional
from bot.domain.task import ENDED, TaskState
from bot.errors import UserFacingError
from bot.services import quiet, tasks, wishes
from bot.services.architecture_review_agenda import agenda
from bot.services.architecture_review_steps import CLOSED, CLOSING, OPEN, PLANNED, end
from bot.services.ceremony import Ceremony, DueSlot
from bot.services.context import Context, Starter
from bot.services.service_graph import Place
from bot.services.sweeps import stops_no_other
from bot.services.tasks import LEAD_USER
from bot.services.wishes import Wish
from bot.settings_review import read_specialists
from bot.slack.cards import text_post
from bot.slack.cards.architecture_review import preview_text
from bot.slack.post import Post
from bot.slack.text import count
from storage.models import (
    ArchitectureReview,
    ArchitectureReviewPoint,
    Schedule,
    Task,
    new_id,
)
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)

KIND = "review"
WINDOW_MINUTES = 60
BATCH = 50
"""Ours: so many are taken further in one tick."""
FIRST_LOOK_BACK = timedelta(days=7)
"""What is new is told of so far back in a channel's first review."""
LOOK_AGAIN = timedelta(minutes=15)
"""How often one that is being summed up is looked at: its task may have been stopped."""
GIVE_UP = timedelta(days=1)
"""A summary is waited for so long, e.g. for money or a retry; then the review ends without."""
_BEFORE_REPLIES = timedelta(minutes=5)
"""Our clock may be ahead of Slack's; each reply must come after the wish."""


async def open_review(ctx: Context, starter: Starter, slot: DueSlot) -> None:
    """Open the review of a slot; done again it changes nothing."""
    schedule = slot.schedule
    place = Place(schedule.workspace_id, schedule.channel_id, slot.by)
    row = await _ensure(ctx, place, slot.key, schedule.window_minutes)
    if row is not None:
        await take_further(ctx, starter, row.workspace_id, row.id)


async def begin_now(ctx: Context, starter: Starter, place: Place, *, receipt: str) -> str:
    """Open a review because somebody asks for one; returns how people call it.

    Raises UserFacingError while one is open in the channel.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        await uow.channels.ensure(
            place.workspace_id, place.channel_id, now=now, is_private=place.is_private
        )
    row = await _ensure(ctx, place, receipt, WINDOW_MINUTES)
    if row is None:
        raise UserFacingError(
            "A review is open here already.", hint="`/lead review` shows how it stands."
        )
    await take_further(ctx, starter, row.workspace_id, row.id)
    return row.public_id


async def _ensure(
    ctx: Context, place: Place, slot_key: str, window_minutes: int
) -> ArchitectureReview | None:
    """Return the review of a slot, made if it is new; None while another one is open here."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        await uow.channels.lock_workspace(place.workspace_id)
        known = await uow.architecture_reviews.of_slot(place.workspace_id, slot_key)
        if known is not None:
            return known
        before = await uow.architecture_reviews.of_channel(
            place.workspace_id, place.channel_id, limit=1
        )
        if before and before[0].state != CLOSED:
            log.info("review.one_is_open", review_id=before[0].id, slot=slot_key)
            return None
        waits = None
        if not place.user_id:
            waits = await quiet.until(ctx, uow, place.workspace_id, channel_id=place.channel_id)
        return await _add(
            ctx,
            uow,
            place,
            slot_key,
            window_minutes,
            opens_at=waits or now,
            since=before[0].opens_at if before else now - FIRST_LOOK_BACK,
        )


async def _add(
    ctx: Context,
    uow: UnitOfWork,
    place: Place,
    slot_key: str,
    window_minutes: int,
    *,
    opens_at: datetime,
    since: datetime,
) -> ArchitectureReview:
    now, identifier = ctx.clock.now(), new_id()
    thread = await uow.threads.ensure(
        place.workspace_id, place.channel_id, provisional(identifier), now=now
    )
    row = ArchitectureReview(
        id=identifier,
        workspace_id=place.workspace_id,
        channel_id=place.channel_id,
        thread_id=thread.id,
        number=await uow.numbers.next(ArchitectureReview, place.workspace_id),
        slot_key=slot_key,
        state=PLANNED,
        window_minutes=window_minutes,
        since=since,
        opens_at=opens_at,
        closes_at=opens_at + timedelta(minutes=window_minutes),
        due_at=opens_at,
        requested_by=place.user_id or None,
        created_at=now,
    )
    await uow.architecture_reviews.add(row)
    if place.user_id:
        await uow.audit.add(
            place.workspace_id,
            place.user_id,
            action="review.begin",
            noun="review",
            noun_id=row.id,
            at=now,
        )
    return row


async def sweep(ctx: Context, starter: Starter) -> int:
    """Take every review further that is due; returns how many."""
    async with ctx.database.read() as uow:
        due = await uow.architecture_reviews.due(ctx.clock.now(), limit=BATCH)
    for workspace_id, review_id in due:
        with stops_no_other("review.broken", review_id=review_id):
            await take_further(ctx, starter, workspace_id, review_id)
    return len(due)


async def take_further(ctx: Context, starter: Starter, workspace_id: str, review_id: str) -> None:
    """Do what is due of one review; safe to run again, and in several processes at once."""
    if await _open(ctx, workspace_id, review_id):
        async with ctx.database.read() as uow:
            row = await uow.architecture_reviews.get(workspace_id, review_id)
            points = await uow.architecture_reviews.points(row.id)
        task = await _task(ctx, row, len(points))
        if task is not None:
            await starter.start_task(task.id, task.workflow_id)
    started = await _close_due(ctx, workspace_id, review_id)
    if started is not None:
        await starter.start_task(started.id, started.workflow_id)


async def _open(ctx: Context, workspace_id: str, review_id: str) -> bool:
    """Put a planned review's agenda up; returns whether its task has to be there now."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        row = await uow.architecture_reviews.get(workspace_id, review_id, lock=True)
        if row.state == OPEN:
            return await uow.tasks.of_thread(row.thread_id) is None
        if row.state != PLANNED or row.opens_at > now:
            return False
        points, left_out = await agenda(ctx, uow, row)
        row.left_out = [kind.value for kind in left_out]
        row.opens_at, row.closes_at = now, now + timedelta(minutes=row.window_minutes)
        await uow.architecture_reviews.add_points(
            [_point(ctx, row, at, point) for at, point in enumerate(points)]
        )
        if points:
            row.state, row.due_at = OPEN, now  # due until its task is there
        else:
            row.state, row.due_at, row.closed_at = CLOSED, None, now
        await uow.session.flush()
        await ctx.announcer.announce(uow, BoardMoved.of("review", row))
        log.info("review.opened", review_id=row.id, points=len(points))
    return bool(points)


def _point(
    ctx: Context, row: ArchitectureReview, at: int, point: AgendaPoint
) -> ArchitectureReviewPoint:
    wanted = read_specialists(ctx.settings.review.specialists)[point.kind.value]
    # A team of one's own may lack the specialist: then the first of it.
    known = wanted if wanted in ctx.team.specialists else next(iter(ctx.team.specialists), wanted)
    return ArchitectureReviewPoint(
        workspace_id=row.workspace_id,
        review_id=row.id,
        position=at,
        kind=point.kind.value,
        specialist=known,
        agenda=point.model_dump(mode="json"),
    )


async def _task(ctx: Context, row: ArchitectureReview, points: int) -> Task | None:
    """Take the work in, once, and let the row be looked at again when its time is over."""
    async with ctx.database.read() as uow:
        thread = await uow.threads.get(row.thread_id)
        channel = await uow.channels.find(row.workspace_id, row.channel_id)
    made = await wishes.take_in(
        ctx,
        Wish(
            workspace_id=row.workspace_id,
            channel_id=row.channel_id,
            user_id=LEAD_USER,
            text=f"Architecture review {row.public_id}: {count(points, 'point')}",
            ts=f"{(ctx.clock.now() - _BEFORE_REPLIES).timestamp():.6f}",
            root_ts=thread.root_ts,
            key=f"review:{row.id}",
            mode="review",
            is_private=channel is None or channel.is_private,
        ),
    )
    async with ctx.database.begin() as uow:
        row = await uow.architecture_reviews.get(row.workspace_id, row.id, lock=True)
        if row.state == OPEN:
            row.due_at = row.closes_at
    return made


async def _close_due(ctx: Context, workspace_id: str, review_id: str) -> Task | None:
    """End the talk whose time is over; returns the task that must be started for the summary."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        row, task = await _locked(uow, workspace_id, review_id)
        if task is None or row.due_at is None or row.due_at > now:
            return None
        if row.state == OPEN and row.closes_at <= now:
            return await _begin_summary(ctx, uow, row, task)
        if row.state == CLOSING:
            if task.state is TaskState.STOPPED or now >= row.closes_at + GIVE_UP:
                await end(ctx, uow, row)
            else:
                row.due_at = now + LOOK_AGAIN
    return None


async def close_now(ctx: Context, place: Place, review_id: str, *, receipt: str) -> Task | None:
    """End the talk because somebody says so; returns the task to start for the summary.

    Raises UserFacingError when it is over already, or its points are not up yet.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        row, task = await _locked(uow, place.workspace_id, review_id)
        if not await uow.receipts.is_new(row.workspace_id, receipt, now=now):
            return None
        if row.state != OPEN or task is None:
            over = row.state in (CLOSING, CLOSED)
            raise UserFacingError(
                f"{row.public_id} {'is summed up already' if over else 'has not begun yet'}."
            )
        row.closed_by = place.user_id
        await uow.audit.add(
            row.workspace_id,
            place.user_id,
            action="review.close",
            noun="review",
            noun_id=row.id,
            at=now,
        )
        return await _begin_summary(ctx, uow, row, task)


async def _begin_summary(
    ctx: Context, uow: UnitOfWork, row: ArchitectureReview, task: Task
) -> Task | None:
    """Let the task go on to the summary; one that was stopped ends the review as it is."""
    now = ctx.clock.now()
    if task.state is TaskState.STOPPED:
        await end(ctx, uow, row)
        return None
    row.state, row.due_at = CLOSING, now + LOOK_AGAIN
    ended = task.state in ENDED
    if ended:
        tasks.open_round(task, now=now)
    await uow.session.flush()
    await ctx.announcer.announce(uow, BoardMoved.of("review", row))
    return task if ended else None


async def _locked(
    uow: UnitOfWork, workspace_id: str, review_id: str
) -> tuple[ArchitectureReview, Task | None]:
    """Return a review and its task, the task locked first as in each of its steps."""
    seen = await uow.architecture_reviews.get(workspace_id, review_id)
    task = await uow.tasks.of_thread(seen.thread_id, lock=True)
    return await uow.architecture_reviews.get(workspace_id, review_id, lock=True), task


async def preview(ctx: Context, schedule: Schedule) -> Post:
    """Return what would be on the agenda now."""
    now = ctx.clock.now()
    async with ctx.database.read() as uow:
        before = await uow.architecture_reviews.of_channel(
            schedule.workspace_id, schedule.channel_id, limit=1
        )
        imagined = ArchitectureReview(
            workspace_id=schedule.workspace_id,
            channel_id=schedule.channel_id,
            since=before[0].opens_at if before else now - FIRST_LOOK_BACK,
        )
        points, left_out = await agenda(ctx, uow, imagined)
    return text_post(preview_text(points, left_out))


REVIEW = Ceremony(
    kind=KIND,
    title="Architecture review",
    about="goes through decisions, debt, changes, technology and performance with the specialists",
    window_minutes=WINDOW_MINUTES,
    run=open_review,
    preview=preview,
)
