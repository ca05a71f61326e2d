"""Which day it is for who ran a command: a day that they name is their own."""

from datetime import date

from bot.domain.zones import known_zone
from bot.services.directory import person_or_blank
from handlers.commands.table import Call


async def today(call: Call) -> date:
    """Return the person's own day; UTC's where Slack does not know their time zone."""
    now = call.desk.ctx.clock.now()
    directory = call.desk.directory(call.client, call.workspace_id)
    person = await person_or_blank(directory, call.user_id)
    zone = known_zone(person.timezone) if person.timezone else None
    return now.astimezone(zone).date() if zone else now.date()
