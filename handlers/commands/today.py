"""Which day it is for who ran a command: a day that they name is their own."""

from datetime import date

from bot.domain.zones import known_zone
from bot.errors import PersonUnknown
from handlers.commands.table import Call


async def today(call: Call) -> date:
    """Return the person's own day; UTC's where Slack does not know their time zone."""
    now = call.desk.ctx.clock.now()
    try:
        person = await call.desk.directory(call.client, call.workspace_id).person(call.user_id)
    except (PersonUnknown, TimeoutError):
        return now.date()
    zone = known_zone(person.timezone) if person.timezone else None
    return now.astimezone(zone).date() if zone else now.date()
