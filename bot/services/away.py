"""Who is away: said by themselves, or by their status in Slack when it speaks of holidays."""

from collections.abc import Collection
from contextlib import suppress
from datetime import date, datetime

from bot.domain.access import Person
from bot.domain.away import Status, days_of
from bot.domain.days import Span
from bot.errors import PersonUnknown
from bot.services.context import Context
from bot.services.directory import Directory
from storage.models import Away
from storage.uow import UnitOfWork

SAID, STATUS = "said", "status"


async def who_is_away(uow: UnitOfWork, workspace_id: str, day: date) -> dict[str, date]:
    """Return who is away on a day, and until which day, included."""
    found: dict[str, date] = {}
    for row in await uow.away.on(workspace_id, day):
        found[row.user_id] = max(row.last_day, found.get(row.user_id, row.last_day))
    return found


async def say_away(
    ctx: Context, *, workspace_id: str, user_id: str, span: Span, receipt: str
) -> None:
    """Store that somebody is away; what they said before of the same first day is replaced."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        await uow.channels.ensure_workspace(workspace_id, now=now)
        if await uow.receipts.is_new(workspace_id, receipt, now=now):
            await uow.away.put(_row(workspace_id, user_id, span, source=SAID, now=now))


async def back(ctx: Context, *, workspace_id: str, user_id: str) -> int:
    """Forget what somebody said of being away; returns how many absences that were."""
    async with ctx.database.begin() as uow:
        return await uow.away.clear(workspace_id, user_id, source=SAID)


async def note_status(
    uow: UnitOfWork,
    workspace_id: str,
    user_id: str,
    status: Status,
    *,
    now: datetime,
    timezone: str = "",
) -> None:
    """Keep what a person's status in Slack says of being away; what it said before is dropped."""
    await uow.away.clear(workspace_id, user_id, source=STATUS)
    span = days_of(status, now=now, timezone=timezone)
    if span is not None:
        await uow.away.put(_row(workspace_id, user_id, span, source=STATUS, now=now))


def _row(workspace_id: str, user_id: str, span: Span, *, source: str, now: datetime) -> Away:
    return Away(
        workspace_id=workspace_id,
        user_id=user_id,
        first_day=span.first,
        last_day=span.last,
        source=source,
        updated_at=now,
    )


async def refresh(
    ctx: Context, directory: Directory, workspace_id: str, user_ids: Collection[str]
) -> None:
    """Read what these people's statuses say now; who cannot be looked up stays as known.

    The directory keeps what Slack said for some minutes.
    """
    now, found = ctx.clock.now(), dict[str, Person]()
    for user_id in user_ids:
        with suppress(PersonUnknown, TimeoutError):
            found[user_id] = await directory.person(user_id)
    async with ctx.database.begin() as uow:
        for user_id, person in found.items():
            await note_status(
                uow, workspace_id, user_id, person.status, now=now, timezone=person.timezone
            )
