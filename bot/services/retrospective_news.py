"""What a retrospective says: a first message edited in place, a line for each phase, a report.

All of it is rendered when it is sent, so of twenty votes in a minute one edit is left.
"""

from typing import Any

from bot.domain.events import PostsQueued
from bot.domain.lanes import POST
from bot.domain.retrospective import Phase
from bot.services import quiet, retrospective_views
from bot.services.context import Context
from bot.services.redraw import redraw
from bot.slack.cards import text_post
from bot.slack.cards.retrospective import phase_card, report_card, retrospective_card
from storage.models import OutboxRow, Retrospective
from storage.repositories.retrospectives import root_key
from storage.uow import UnitOfWork

CARD, PHASE, REPORT = "retrospective_card", "retrospective_phase", "retrospective_report"
"""Views of outbox rows."""

Json = dict[str, Any]


def report_key(retrospective_id: str) -> str:
    """Return the outbox key of a run's report."""
    return f"{root_key(retrospective_id)}:report"


async def begin(ctx: Context, uow: UnitOfWork, row: Retrospective) -> None:
    """Queue the thread's first message; in quiet hours it waits for their end."""
    await quiet.say(ctx, uow, row, root_key(row.id), view=CARD)
    await ctx.announcer.announce(uow, PostsQueued())


async def went_on(ctx: Context, uow: UnitOfWork, row: Retrospective) -> None:
    """Say in the thread which phase began, or what it came to; the first message follows."""
    closed = row.state == Phase.CLOSED
    key = report_key(row.id) if closed else f"{root_key(row.id)}:phase:{row.state}"
    view = REPORT if closed else PHASE
    await quiet.say(ctx, uow, row, key, view=view, target_key=root_key(row.id))
    await refresh(ctx, uow, row)


async def remind(ctx: Context, uow: UnitOfWork, row: Retrospective) -> None:
    """Say once in the thread that the collecting ends soon; nobody knows who is missing."""
    root = root_key(row.id)
    await quiet.say(ctx, uow, row, f"{root}:phase:{row.state}", view=PHASE, target_key=root)
    await ctx.announcer.announce(uow, PostsQueued())


async def still_open(ctx: Context, uow: UnitOfWork, row: Retrospective, slot_key: str) -> None:
    """Say in the open one's thread, once, that the next one was due."""
    post = text_post(
        f"The next retrospective was due, but {row.public_id} is still open:"
        " I begin none beside it."
    )
    root = root_key(row.id)
    key = f"{root}:due:{slot_key}"
    await quiet.say(ctx, uow, row, key, payload=post.payload(), target_key=root)
    await ctx.announcer.announce(uow, PostsQueued())


async def refresh(ctx: Context, uow: UnitOfWork, row: Retrospective) -> None:
    """Let what was posted of a run show how it stands."""
    now = ctx.clock.now()
    views = {root_key(row.id): CARD}
    if row.state == Phase.CLOSED:
        views[report_key(row.id)] = REPORT
    await redraw(uow, row, views, now=now)
    await ctx.announcer.announce(uow, PostsQueued())


async def draw_card(ctx: Context, uow: UnitOfWork, row: OutboxRow) -> Json | None:
    """Return the first message as the run stands now.

    None for one that ended without a card before it could be posted, e.g. in an archived channel.
    """
    found = await _of(uow, row)
    late = row.method == POST and row.sent_ts is None and found.state == Phase.CLOSED
    if late and not await uow.retrospective_rows.counts(found.id):
        return None
    return retrospective_card(await retrospective_views.card_of(ctx, uow, found)).payload()


async def draw_phase(ctx: Context, uow: UnitOfWork, row: OutboxRow) -> Json | None:
    """Return what a phase asks for; None when it is over before this could be said."""
    found = await _of(uow, row)
    if found.state != row.key.rpartition(":")[2]:
        return None
    return phase_card(await retrospective_views.card_of(ctx, uow, found)).payload()


async def draw_report(ctx: Context, uow: UnitOfWork, row: OutboxRow) -> Json | None:
    """Return what the run came to."""
    found = await _of(uow, row)
    return report_card(await retrospective_views.card_of(ctx, uow, found)).payload()


async def _of(uow: UnitOfWork, row: OutboxRow) -> Retrospective:
    return await uow.retrospectives.get(row.workspace_id, row.key.split(":")[1])
