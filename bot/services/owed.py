"""Reminds people of what they owe: at its moment, but not while they are away or it is quiet."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from bot.domain.lanes import POST
from bot.domain.retrospective import next_reminder
from bot.services import quiet
from bot.services.away import who_is_away
from bot.services.context import Context
from storage.models import LearningItem, RetroAction
from storage.uow import UnitOfWork

_BACK_AT = time(9, tzinfo=UTC)


@dataclass(frozen=True)
class Reminder:
    """How something owed is reminded of: `noun` begins its key, `view` draws it when it is sent."""

    noun: str
    view: str
    user_id: str | None
    """Who owes it; None: it is nobody's, and its channel is reminded."""
    thread: str | None = None
    """The outbox's key of the message under which the channel is reminded."""


async def remind(
    ctx: Context,
    uow: UnitOfWork,
    row: RetroAction | LearningItem,
    said: Reminder,
    *,
    now: datetime,
) -> bool:
    """Queue the reminder of a locked row and set its next moment; False when none is due now.

    Who is away is reminded when they are back.
    """
    user = said.user_id or ""
    if row.remind_at is None or row.remind_at > now:
        return False
    later = await _back_at(uow, row.workspace_id, user, now=now)
    if later is not None:
        row.remind_at = later
        return False
    row.reminders += 1
    row.remind_at = next_reminder(row.due_on, now=now + timedelta(minutes=1))
    channel = "" if user else row.channel_id
    await uow.outbox.add(
        workspace_id=row.workspace_id,
        channel_id=user or row.channel_id,
        key=f"{said.noun}:{row.id}:remind:{row.reminders}",
        method=POST,
        payload={},
        view=said.view,
        target_key=None if user else said.thread,
        now=now,
        not_before=await quiet.until(ctx, uow, row.workspace_id, channel_id=channel, user_id=user),
    )
    return True


async def _back_at(
    uow: UnitOfWork, workspace_id: str, user_id: str, *, now: datetime
) -> datetime | None:
    """Return when a person who is away is back; None when they are here, or it is nobody's."""
    if not user_id:
        return None
    until = (await who_is_away(uow, workspace_id, now.date())).get(user_id)
    return datetime.combine(until + timedelta(days=1), _BACK_AT) if until is not None else None
