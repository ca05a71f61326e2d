"""Past standups of a channel: by days and by person, in Slack and as a Markdown file."""

from datetime import date, timedelta

from bot.domain.days import Span
from bot.services import standup_views
from bot.services.context import Context
from bot.services.text_files import TextFile, post_file
from bot.slack.cards.standup import StandupCard
from bot.slack.cards.standup_history import Page, as_markdown
from storage.models import Standup
from storage.uow import UnitOfWork

_LOOK_BACK = timedelta(days=14)
PAGE = 5
"""Ours: standups of one message; a team's fill about ten blocks of Slack's fifty."""


def fortnight(today: date) -> Span:
    """Return the last two weeks: what is shown when no day is named."""
    return Span(today - _LOOK_BACK, today)


async def page(
    ctx: Context,
    uow: UnitOfWork,
    workspace_id: str,
    channel_id: str,
    span: Span,
    *,
    user_id: str = "",
    number: int = 1,
) -> Page:
    """Return a page of the standups of these days; with `user_id` only what they said.

    One past the end is the last page.
    """
    rows = await uow.standups.between(workspace_id, channel_id, span.first, span.last)
    number = max(1, min(number, -(-len(rows) // PAGE)))
    start = (number - 1) * PAGE
    shown = rows[start : start + PAGE]
    cards = [await _card(ctx, uow, row, user_id) for row in shown]
    return Page(cards, number, start + 1, len(rows))


async def _card(ctx: Context, uow: UnitOfWork, row: Standup, user_id: str) -> StandupCard:
    card = await standup_views.card_of(ctx, uow, row)
    if not user_id:
        return card
    member = await uow.standup_rows.member(row.id, user_id)
    return standup_views.only(card, standup_views.name_of(member, user_id))


async def export(
    ctx: Context, *, workspace_id: str, channel_id: str, span: Span, receipt: str
) -> int:
    """Post the standups of these days as a file in their own channel; returns how many."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        rows = await uow.standups.between(workspace_id, channel_id, span.first, span.last)
        if not rows:
            return 0
        cards = [await standup_views.card_of(ctx, uow, row) for row in rows]
        file = TextFile(
            name=f"standups-{span.first}-{span.last}.md",
            title="Standups",
            comment=f"Standups, {span}.",
            content=as_markdown(cards, span),
        )
        place = (workspace_id, channel_id)
        await post_file(uow, file, place=place, key=f"standup-export:{receipt}", now=now)
    return len(cards)
