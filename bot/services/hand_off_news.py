"""Shows a hand-off to both sides: cards in channels, JSON to webhooks, reminders when due."""

from datetime import datetime, timedelta
from typing import Any

from bot.domain import hand_off as rules
from bot.domain.hand_off import HandOffState
from bot.domain.lanes import POST
from bot.services import quiet
from bot.services.context import Context
from bot.services.hand_offs import HOOK, OURS, webhook_of
from bot.services.sweeps import stops_no_other
from bot.services.workspace_settings import effective
from bot.slack.cards.hand_off import (
    HandOffCard,
    asked_card,
    asking_card,
    reminder,
    withdrawn,
)
from bot.slack.poster import WEBHOOK
from storage.models import HandOff, OutboxRow
from storage.uow import UnitOfWork

BATCH = 100
"""Ours: so many are reminded of in one tick."""


def card_of(row: HandOff) -> HandOffCard:
    """Return what both cards show."""
    ours = row.direction == "out"
    return HandOffCard(
        hand_off_id=row.id,
        public_id=row.public_id,
        asking=OURS if ours else row.team,
        asked=row.team if ours else OURS,
        text=row.text,
        state=row.state,
        requested_by=row.requested_by,
        answered_by=row.answered_by,
        reason=row.reason,
        due_at=row.due_at,
        created_at=row.created_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
    )


def sides(row: HandOff) -> tuple[str, str]:
    """Return the channels of who asks and of who was asked; empty for a webhook."""
    ends = (row.channel_id, row.team_channel_id)
    return ends if row.direction == "out" else ends[::-1]


async def show(ctx: Context, uow: UnitOfWork, workspace_id: str, hand_off_id: str) -> None:
    """Queue both cards, or their edits; who is told by webhook gets JSON instead."""
    row = await uow.hand_offs.get(workspace_id, hand_off_id)
    card, (asking, asked) = card_of(row), sides(row)
    for channel, side, post in (
        (asked, "asked", asked_card(card)),
        (asking, "asking", asking_card(card)),
    ):
        if channel:
            await uow.outbox.show(
                workspace_id=workspace_id,
                channel_id=channel,
                key=f"hand-off:{row.id}:{side}",
                payload=post.payload(),
                now=ctx.clock.now(),
            )
    if row.state is HandOffState.WITHDRAWN and asked:
        await _say_withdrawn(ctx, uow, row, asked)
    if not row.team_channel_id:
        await _hook(ctx, uow, row, row.state.value)


async def _say_withdrawn(ctx: Context, uow: UnitOfWork, row: HandOff, asked: str) -> None:
    """Say it under the card of who was asked, once that is there: an edit of it tells nobody."""
    await uow.outbox.add(
        workspace_id=row.workspace_id,
        channel_id=asked,
        key=f"hand-off:{row.id}:asked:withdrawn",
        method=POST,
        payload=withdrawn(card_of(row)).payload(),
        target_key=f"hand-off:{row.id}:asked",
        now=ctx.clock.now(),
        not_before=await quiet.until(ctx, uow, row.workspace_id, channel_id=asked),
    )


async def _hook(ctx: Context, uow: UnitOfWork, row: HandOff, what: str) -> None:
    settings = await effective(ctx, uow, row.workspace_id)
    if webhook_of(ctx, settings, row.workspace_id, row.team):
        await uow.outbox.add(
            workspace_id=row.workspace_id,
            channel_id=row.channel_id,
            key=f"hand-off:{row.id}:hook:{what}",
            method=WEBHOOK,
            payload={},
            view=HOOK,
            now=ctx.clock.now(),
        )


async def draw_hook(ctx: Context, uow: UnitOfWork, row: OutboxRow) -> dict[str, Any] | None:
    """Return what a webhook is sent; its address never stands in a row."""
    found = await uow.hand_offs.get(row.workspace_id, row.key.split(":")[1])
    settings = await effective(ctx, uow, row.workspace_id)
    url = webhook_of(ctx, settings, row.workspace_id, found.team)
    if not url:
        return None
    card = card_of(found)
    due = found.due_at.date().isoformat() if found.due_at else None
    return {
        "url": url,
        "body": {
            # Slack's own incoming webhooks show `text` and ignore the rest.
            "text": f"{card.public_id} from {card.asking}, {found.state.value}: {card.text}",
            "hand_off": {
                "id": card.public_id,
                "asking": card.asking,
                "asked": card.asked,
                "text": card.text,
                "state": found.state.value,
                "reason": found.reason,
                "due": due,
                "event": row.key.split(":", 3)[3],
            },
        },
    }


async def remind_due(ctx: Context) -> int:
    """Remind of every hand-off whose moment has come; returns of how many.

    Safe in several processes: the row is locked, and its next moment is set with the post.
    """
    now = ctx.clock.now()
    async with ctx.database.read() as uow:
        due = await uow.hand_offs.due(now=now, limit=BATCH)
    reminded = 0
    for workspace_id, hand_off_id in due:
        with stops_no_other("hand_off.remind_failed", hand_off_id=hand_off_id):
            reminded += await _remind(ctx, workspace_id, hand_off_id, now=now)
    return reminded


async def _remind(ctx: Context, workspace_id: str, hand_off_id: str, *, now: datetime) -> bool:
    async with ctx.database.begin() as uow:
        row = await uow.hand_offs.get(workspace_id, hand_off_id, lock=True)
        if row.remind_at is None or row.remind_at > now:
            return False
        asked = sides(row)[1]
        until = asked and await quiet.until(ctx, uow, workspace_id, channel_id=asked)
        if until:
            row.remind_at = until  # nobody asked: it is said when their quiet hours are over
            return False
        row.reminders += 1
        row.remind_at = rules.next_reminder(row.state, due_at=row.due_at, now=now)
        if row.remind_at is not None:
            row.remind_at = max(row.remind_at, now + timedelta(minutes=1))
        await uow.session.flush()
        await _post_reminder(ctx, uow, row)
        await uow.audit.add(
            workspace_id,
            "lead",
            action="handoff.remind",
            noun="hand-off",
            noun_id=row.id,
            at=now,
        )
    return True


async def _post_reminder(ctx: Context, uow: UnitOfWork, row: HandOff) -> None:
    """Post it under the card of who was asked; what is overdue, under the other card as well."""
    now, card = ctx.clock.now(), card_of(row)
    asking, asked = sides(row)
    overdue = row.due_at is not None and row.due_at <= now
    late = overdue and row.state is HandOffState.ACCEPTED
    targets = [(asked, "asked"), *([(asking, "asking")] if late else [])]
    for channel, side in targets:
        if not channel:
            await _hook(ctx, uow, row, f"reminder-{row.reminders}")
            continue
        shown = await uow.outbox.by_key(row.workspace_id, f"hand-off:{row.id}:{side}")
        await uow.outbox.add(
            workspace_id=row.workspace_id,
            channel_id=channel,
            key=f"hand-off:{row.id}:{side}:remind:{row.reminders}",
            method=POST,
            payload=reminder(card, now=now).payload(),
            thread_ts=shown.sent_ts if shown is not None else None,
            now=now,
            not_before=await quiet.until(ctx, uow, row.workspace_id, channel_id=channel),
        )
