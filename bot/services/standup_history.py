"""Past standups of a channel: by days and by person, in Slack and as a Markdown file."""

from datetime import date, timedelta

from bot.domain.days import Span
from bot.domain.lanes import FILE_UPLOAD
from bot.services import standup_views
from bot.services.context import Context
from bot.slack.cards.standup import StandupCard
from bot.slack.cards.standup_history import as_markdown
from storage.uow import UnitOfWork

_LOOK_BACK = timedelta(days=14)


def fortnight(today: date) -> Span:
    """Return the last two weeks: what is shown when no day is named."""
    return Span(today - _LOOK_BACK, today)


async def between(
    ctx: Context,
    uow: UnitOfWork,
    workspace_id: str,
    channel_id: str,
    span: Span,
    *,
    user_id: str = "",
) -> list[StandupCard]:
    """Return the standups of these days, oldest first; with `user_id` only what they said."""
    rows = await uow.standups.between(workspace_id, channel_id, span.first, span.last)
    cards = [await standup_views.card_of(ctx, uow, row) for row in rows]
    if not user_id:
        return cards
    found = []
    for row, card in zip(rows, cards, strict=True):
        member = await uow.standup_rows.member(row.id, user_id)
        name = standup_views.name_of(member, user_id)
        found.append(standup_views.only(card, name))
    return found


async def export(
    ctx: Context, *, workspace_id: str, channel_id: str, span: Span, receipt: str
) -> int:
    """Post the standups of these days as a file in their own channel; returns how many."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        cards = await between(ctx, uow, workspace_id, channel_id, span)
        if not cards:
            return 0
        await uow.outbox.add(
            workspace_id=workspace_id,
            channel_id=channel_id,
            key=f"standup-export:{receipt}",
            method=FILE_UPLOAD,
            payload={
                "filename": f"standups-{span.first}-{span.last}.md",
                "title": "Standups",
                "initial_comment": f"Standups, {span}.",
                "content": as_markdown(cards, span),
            },
            now=now,
        )
    return len(cards)
