"""Reminds people who are missing in standups: one message, though several channels wait for them.

Each run's reminder is a row of its own, drawn when it is sent. The first to be drawn names every
run that reminds about then; the others find themselves named and are not sent.
"""

import json
from datetime import timedelta
from typing import Any

from bot.domain.events import PostsQueued
from bot.domain.lanes import POST
from bot.services import quiet, standup_views
from bot.services.context import Context
from bot.slack.cards.standup import StandupLine, reminder_card
from storage.models import OutboxRow, Standup
from storage.repositories.standups import root_key
from storage.uow import UnitOfWork

REMINDER = "standup_reminder"
"""View of outbox rows."""
TOGETHER = timedelta(minutes=30)
"""Ours: what reminds so soon after is named at once."""

Json = dict[str, Any]


async def remind(ctx: Context, uow: UnitOfWork, row: Standup, user_id: str) -> None:
    """Queue a direct message to somebody who is missing, not while they have quiet hours."""
    now = ctx.clock.now()
    until = await quiet.until(ctx, uow, row.workspace_id, user_id=user_id)
    if until is not None and until >= row.closes_at:
        return
    await uow.outbox.add(
        workspace_id=row.workspace_id,
        channel_id=user_id,
        key=_key(row.id, user_id),
        method=POST,
        payload={},
        view=REMINDER,
        now=now,
        not_before=until,
        together=f"{REMINDER} {user_id}",
    )
    await ctx.announcer.announce(uow, PostsQueued())


async def draw(ctx: Context, uow: UnitOfWork, row: OutboxRow) -> Json | None:
    """Return what somebody is reminded of; None when they answered, it is too late, or was named.

    A person's are sent one after the other, so that it is known what was named before; also those
    that waited for the end of quiet hours.
    """
    now, user_id = ctx.clock.now(), row.key.rpartition(":")[2]
    standup_id = row.key.split(":")[1]
    waiting = {
        run.id: (run, member)
        for run, member in await uow.standups.waiting_for(row.workspace_id, user_id, now=now)
    }
    if standup_id not in waiting:
        return None
    since = min(run.opens_at for run, _ in waiting.values())
    runs = await uow.standups.asked_since(row.workspace_id, user_id, since)
    queued = await uow.outbox.by_keys(row.workspace_id, [_key(run, user_id) for run in runs])
    sent = [json.dumps(other.payload) for other in queued.values() if other.may_be_seen]
    named = {run_id for run_id in waiting if any(run_id in payload for payload in sent)}
    if standup_id in named:
        return None
    lines: list[StandupLine] = []
    for run_id, (run, member) in waiting.items():
        soon = member.remind_at is not None and member.remind_at <= now + TOGETHER
        if run_id not in named and (soon or _key(run_id, user_id) in queued):
            lines.append(standup_views.line_of(run, member))
    return reminder_card(sorted(lines, key=lambda line: line.closes_at)).payload()


def _key(standup_id: str, user_id: str) -> str:
    return f"{root_key(standup_id)}:remind:{user_id}"
