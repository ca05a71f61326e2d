"""What a standup says: a first message edited in place, a report in its thread.

All of it is rendered when it is sent: of ten answers in a minute one edit is left.
"""

from collections.abc import Sequence
from typing import Any

from bot.domain.events import PostsQueued
from bot.domain.lanes import POST
from bot.domain.schedule.spoken import city
from bot.services import quiet, standup_views
from bot.services.context import Context
from bot.services.redraw import redraw
from bot.slack.cards.standup import standup_card, zone_post
from bot.slack.cards.standup_report import report_card
from storage.models import OutboxRow, Standup
from storage.repositories.standups import root_key
from storage.uow import UnitOfWork

CARD, REPORT = "standup_card", "standup_report"
"""Views of outbox rows."""

Json = dict[str, Any]


def report_key(standup_id: str) -> str:
    """Return the outbox key of a run's report."""
    return f"{root_key(standup_id)}:report"


async def begin(ctx: Context, uow: UnitOfWork, row: Standup) -> None:
    """Queue the thread's first message; in quiet hours it waits for their end."""
    await quiet.say(ctx, uow, row, root_key(row.id), view=CARD)
    await ctx.announcer.announce(uow, PostsQueued())


async def open_zones(ctx: Context, uow: UnitOfWork, row: Standup, zones: Sequence[str]) -> None:
    """Say in the thread that people of these zones can answer from now on, once for each zone.

    The first message said so for the zones that the run began with.
    """
    now = ctx.clock.now()
    heard = {answer.user_id for answer in await uow.standup_rows.answers(row.id) if answer.text}
    until = await quiet.until(ctx, uow, row.workspace_id, channel_id=row.channel_id)
    members = await uow.standup_rows.members(row.id)
    for zone in zones:
        waited = [m for m in members if m.zone == zone and not m.off and m.user_id not in heard]
        closes_at = waited[0].closes_at if waited else None
        if closes_at is None or waited[0].opens_at == row.opens_at:
            continue
        if closes_at <= max(now, until or now):
            continue
        post = zone_post(city(zone), closes_at=closes_at)
        await uow.outbox.add(
            workspace_id=row.workspace_id,
            channel_id=row.channel_id,
            key=f"{root_key(row.id)}:zone:{zone}",
            method=POST,
            target_key=root_key(row.id),
            payload=post.payload(),
            now=now,
            not_before=until,
        )
    await refresh(ctx, uow, row)


async def report(ctx: Context, uow: UnitOfWork, row: Standup) -> None:
    """Queue the report in the thread, and let the first message say that it is closed."""
    now = ctx.clock.now()
    place = {"workspace_id": row.workspace_id, "channel_id": row.channel_id, "now": now}
    post = {"key": report_key(row.id), "method": POST, "view": REPORT}
    await uow.outbox_many.add([place | post | {"target_key": root_key(row.id)}])
    await redraw(uow, row, {root_key(row.id): CARD}, now=now)
    await ctx.announcer.announce(uow, PostsQueued())


async def refresh(ctx: Context, uow: UnitOfWork, row: Standup) -> None:
    """Let what was posted of a run show how it stands."""
    if row.state == "planned":
        return
    now = ctx.clock.now()
    views = {root_key(row.id): CARD}
    if row.state == "closed":
        views[report_key(row.id)] = REPORT
    await redraw(uow, row, views, now=now)
    await ctx.announcer.announce(uow, PostsQueued())


async def draw_card(ctx: Context, uow: UnitOfWork, row: OutboxRow) -> Json | None:
    """Return the first message as the run stands now.

    None for one that closed before it could be posted, e.g. in a channel that was archived: nobody
    could answer, and after weeks there would be one for each day.
    """
    standup = await _of(uow, row)
    late = row.method == POST and standup.state == "closed" and row.sent_ts is None
    if late and not await uow.standup_rows.answers(standup.id):
        return None
    return standup_card(await standup_views.card_of(ctx, uow, standup)).payload()


async def draw_report(ctx: Context, uow: UnitOfWork, row: OutboxRow) -> Json | None:
    """Return the report with every answer there is now."""
    standup = await _of(uow, row)
    return report_card(await standup_views.report_of(ctx, uow, standup)).payload()


async def _of(uow: UnitOfWork, row: OutboxRow) -> Standup:
    return await uow.standups.get(row.workspace_id, row.key.split(":")[1])
