"""`/lead why`: answers from the records, with links, or says that nothing is recorded."""

import asyncio
import re

from bot.errors import UserFacingError
from bot.services import decision_search, decision_views, why
from bot.slack.cards.why import decision_story, topic_post
from bot.slack.post import Post
from bot.slack.views import DecisionRow
from handlers.commands.table import Call
from handlers.links import permalink
from storage.models import Decision

SHOWN = 5
_ONE = re.compile(r"(?P<kind>[TtDd])-?(?P<number>\d{1,9})\??")


async def run_why(call: Call) -> Post:
    """Tell the story of T-12 or D-3, or what was decided on a topic."""
    words = call.words.strip()
    if not words:
        raise UserFacingError(
            "Why what?", hint="E.g. `/lead why T-12`, `/lead why D-3`, `/lead why kafka`."
        )
    one = _ONE.fullmatch(words)
    if one is None:
        return await _topic(call, words)
    number = int(one["number"])
    return await (_task if one["kind"] in "Tt" else _decision)(call, number)


async def _task(call: Call, number: int) -> Post:
    ctx = call.desk.ctx
    async with ctx.database.read() as uow:
        task = await uow.tasks.by_number(call.workspace_id, number, seen_from=call.channel_id)
        return await why.task_why(ctx, uow, task)


async def _decision(call: Call, number: int) -> Post:
    async with call.desk.ctx.database.read() as uow:
        found = await uow.decisions.by_number(call.workspace_id, number, seen_from=call.channel_id)
        acts = await why.decision_acts(uow, found, seen_from=call.channel_id)
        posted = await decision_views.posted_at(uow, found)
    return decision_story(await _linked(call, found, posted), acts)


async def _topic(call: Call, words: str) -> Post:
    async with call.desk.ctx.database.read() as uow:
        found = await decision_search.find(
            uow, call.workspace_id, words, seen_from=call.channel_id, supporting=True
        )
        rows = (*found.named, *found.matching)
        shown = [(row, await decision_views.posted_at(uow, row)) for row in rows[:SHOWN]]
    lines = await asyncio.gather(*(_linked(call, row, posted) for row, posted in shown))
    return topic_post(lines, more=max(0, found.total - SHOWN))


async def _linked(call: Call, row: Decision, posted: str) -> DecisionRow:
    """Return a decision's line with the address of its card, asked of Slack."""
    url = await permalink(call.client, row.channel_id, posted) if posted else ""
    return decision_views.decision_row(row, url=url or row.record.source_url)
