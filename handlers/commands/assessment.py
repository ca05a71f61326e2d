"""`/lead assessment`: the newest of a kind, a new one now, one as a file."""

import re

from bot.domain.assessment import Period
from bot.domain.assessment.period import TITLES
from bot.domain.days import day_words
from bot.errors import UserFacingError
from bot.services import assessments
from bot.services.assessment_reading import card_of
from bot.services.assessments import Wanted
from bot.slack.cards import text_post
from bot.slack.cards.assessment import assessment_card
from bot.slack.post import Post
from handlers.commands.table import Call
from handlers.rooms import room_is_private

SHOWN = 10
_NUMBER = re.compile(r"AS-?(\d{1,9})", re.IGNORECASE)
_KINDS = ", ".join(f"`{period.value}`" for period in Period)


async def run_assessment(call: Call) -> Post:
    """List what was assessed here, show one, make one now, or post one as a file."""
    word, _, rest = call.words.strip().lower().partition(" ")
    if not word:
        return await _list(call)
    if found := _NUMBER.fullmatch(word):
        return await _show(call, int(found[1]))
    if word == "export":
        return await _export(call, rest.strip())
    if word in ("run", "now"):
        word = rest.strip() or Period.WEEKLY.value
    if word not in {period.value for period in Period}:
        raise UserFacingError(f"I know no assessment “{word[:30]}”.", hint=f"I know {_KINDS}.")
    return await _make(call, Period(word))


async def _list(call: Call) -> Post:
    async with call.desk.ctx.database.read() as uow:
        rows = await uow.assessments.newest(call.workspace_id, call.channel_id, limit=SHOWN)
    if not rows:
        return text_post(
            f"Nothing was assessed here yet. `/lead assessment weekly` does it now ({_KINDS});"
            " `/lead schedule assessment Friday 15:00` each week."
        )
    lines = [
        f"• {row.public_id} {TITLES[Period(row.kind)]}, {day_words(row.since)} to"
        f" {day_words(row.until, year=True)}"
        for row in rows
    ]
    return text_post("\n".join([*lines, f"`/lead assessment {rows[0].public_id}` shows it."]))


async def _show(call: Call, number: int) -> Post:
    async with call.desk.ctx.database.read() as uow:
        row = await uow.assessments.by_number(call.workspace_id, call.channel_id, number)
    return assessment_card(card_of(row))


async def _make(call: Call, period: Period) -> Post:
    await call.require("ask", channel_id=call.channel_id)
    wanted = Wanted(
        call.workspace_id,
        call.channel_id,
        period,
        key=f"asked:{call.receipt}",
        by=call.user_id,
        is_private=await room_is_private(
            call.desk, call.client, call.workspace_id, call.channel_id
        ),
    )
    row, task = await assessments.make(call.desk.ctx, wanted)
    if task is not None:
        await call.desk.start(task)
    return text_post(f"{row.public_id} is in this channel.")


async def _export(call: Call, words: str) -> Post:
    found = _NUMBER.fullmatch(words)
    if found is None:
        raise UserFacingError("I need its number.", hint="E.g. `/lead assessment export AS-3`.")
    async with call.desk.ctx.database.read() as uow:
        row = await uow.assessments.by_number(call.workspace_id, call.channel_id, int(found[1]))
    await assessments.export(call.desk.ctx, row, receipt=call.receipt)
    return text_post(f"I post {row.public_id} here as a Markdown file.")
