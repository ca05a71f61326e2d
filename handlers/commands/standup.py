"""`/lead standup`: how it stands here, the questions, reports by day, range and person, a file."""

import re

from bot.domain.standup.days import read_days
from bot.errors import UserFacingError
from bot.services import standup_history, standup_views, standups
from bot.services.holiday_calendar import holiday_name
from bot.services.timetables import timetable_of
from bot.slack.blocks import message
from bot.slack.cards import text_post
from bot.slack.cards.standup import coming_part, standup_card
from bot.slack.cards.standup_history import history_card
from bot.slack.cards.standup_modals import questions_modal
from bot.slack.cards.standup_report import report_card
from bot.slack.post import Post
from handlers.commands.standup_people import people
from handlers.commands.table import Call
from handlers.commands.today import today
from handlers.rooms import room_is_private
from storage.models import Schedule

_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_NAMED = re.compile(r"<@[^|>]*\|([^>]*)>")
_WORDS = "`questions`, `people`, `report`, `since Monday` or `export`"
_PAGE = re.compile(r"\s*\bpage (\d{1,4})$", re.IGNORECASE)


async def run_standup(call: Call) -> Post:
    """Show the standup that is open here, and when the next one is."""
    word, _, rest = call.words.strip().partition(" ")
    match word.lower():
        case "":
            return await _state(call)
        case "questions":
            return await _questions(call)
        case "people":
            return await people(call, rest.strip())
        case "report":
            return await _report(call, rest.strip())
        case "since":
            return await _since(call, rest.strip())
        case "export":
            return await _export(call, rest.strip())
    raise UserFacingError(
        f"I know no `/lead standup {word[:30]}`.", hint=f"Say nothing behind it, or {_WORDS}."
    )


async def _state(call: Call) -> Post:
    ctx = call.desk.ctx
    async with ctx.database.read() as uow:
        newest = await uow.standups.newest(
            call.workspace_id, call.channel_id, states=(standups.OPEN, standups.CLOSED)
        )
        post = None
        if newest:
            post = standup_card(await standup_views.card_of(ctx, uow, newest[0]))
        rows = await uow.schedules.of_channel(call.workspace_id, call.channel_id)
    coming = [line for row in rows if row.kind == standups.KIND for line in _next(call, row)]
    if post is None and not coming:
        return text_post(
            "No standup is scheduled here. `/lead schedule standup weekdays 09:30` sets one."
        )
    body = list(post.blocks) if post is not None else []
    return Post(text=post.text if post else "Standup", blocks=message(body, coming))


def _next(call: Call, row: Schedule) -> list[dict[str, object]]:
    """Return when a schedule's next standup is, with a button to answer ahead."""
    at = timetable_of(row).next_slot(call.desk.ctx.clock.now(), holiday=holiday_name)
    if at is None or row.paused_at is not None:
        return []
    return coming_part(row.id, name=row.name, public_id=row.public_id, at=at)


async def _questions(call: Call) -> Post:
    await call.require("configure", channel_id=call.channel_id)
    await room_is_private(call.desk, call.client, call.workspace_id, call.channel_id)
    async with call.desk.ctx.database.read() as uow:
        asked = await standups.questions_of(uow, call.workspace_id, call.channel_id)
    view = questions_modal(call.channel_id, asked)
    await call.open(view)
    return text_post("Change the questions in the form.")


async def _report(call: Call, words: str) -> Post:
    person = _PERSON.search(words)
    days = _PERSON.sub("", words).strip()
    ctx = call.desk.ctx
    if not days and person is None:
        async with ctx.database.read() as uow:
            closed = await uow.standups.newest(
                call.workspace_id, call.channel_id, states=(standups.CLOSED,)
            )
            if not closed:
                return text_post(
                    "No standup has closed here yet. `/lead standup` shows how it stands."
                )
            report = await standup_views.report_of(ctx, uow, closed[0])
        return report_card(report)
    return await _history(call, days, person[1] if person else "")


async def _since(call: Call, words: str) -> Post:
    page = _PAGE.search(words)
    days = _PAGE.sub("", words).strip()
    if not days:
        raise UserFacingError("Since when?", hint="E.g. `/lead standup since Monday`.")
    return await _history(call, f"{days} to today{page[0] if page else ''}", "")


async def _history(call: Call, words: str, user_id: str) -> Post:
    asked = _PAGE.search(words)
    days = _PAGE.sub("", words).strip()
    day = await today(call)
    span = read_days(days, today=day) if days else standup_history.fortnight(day)
    async with call.desk.ctx.database.read() as uow:
        found = await standup_history.page(
            call.desk.ctx,
            uow,
            call.workspace_id,
            call.channel_id,
            span,
            user_id=user_id,
            number=int(asked[1]) if asked else 1,
        )
    typed = _NAMED.sub(r"@\1", _PAGE.sub("", call.words).strip())
    return history_card(found, span, command=f"/lead standup {typed}")


async def _export(call: Call, words: str) -> Post:
    day = await today(call)
    span = read_days(words, today=day) if words else standup_history.fortnight(day)
    count = await standup_history.export(
        call.desk.ctx,
        workspace_id=call.workspace_id,
        channel_id=call.channel_id,
        span=span,
        receipt=call.receipt,
    )
    if not count:
        return text_post(f"No standup was held here: {span}.")
    return text_post(f"I post {count} standup{'s' * (count > 1)} here as a Markdown file.")
