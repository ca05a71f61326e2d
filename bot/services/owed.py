"""When somebody may be reminded of what they owe: not while they are away."""

from datetime import UTC, datetime, time, timedelta

from bot.services.away import who_is_away
from storage.uow import UnitOfWork

_BACK_AT = time(9, tzinfo=UTC)


async def back_at(
    uow: UnitOfWork, workspace_id: str, user_id: str | None, *, now: datetime
) -> datetime | None:
    """Return when a person who is away is back; None when they are here, or it is nobody's."""
    if not user_id:
        return None
    until = (await who_is_away(uow, workspace_id, now.date())).get(user_id)
    return datetime.combine(until + timedelta(days=1), _BACK_AT) if until is not None else None
