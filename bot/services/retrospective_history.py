"""Past retrospectives of a channel: as a list, and each as a Markdown file."""

from bot.services import retrospective_views
from bot.services.context import Context
from bot.services.text_files import TextFile, post_file
from bot.slack.cards.retrospective import RetrospectiveCard
from bot.slack.cards.retrospective_file import as_markdown
from storage.models import Retrospective
from storage.uow import UnitOfWork

SHOWN = 20


async def newest(
    ctx: Context, uow: UnitOfWork, workspace_id: str, channel_id: str
) -> list[RetrospectiveCard]:
    """Return a channel's retrospectives, the newest first."""
    rows = await uow.retrospectives.newest(workspace_id, channel_id, limit=SHOWN)
    return [await retrospective_views.card_of(ctx, uow, row) for row in rows]


async def export(ctx: Context, row: Retrospective, *, receipt: str) -> None:
    """Post a retrospective as a file in its own channel, once for each time it is asked for."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        card = await retrospective_views.card_of(ctx, uow, row)
        file = TextFile(
            name=f"retrospective-{row.public_id}.md",
            title=f"Retrospective {row.public_id}",
            comment=f"Retrospective {row.public_id}.",
            content=as_markdown(card),
        )
        place = (row.workspace_id, row.channel_id)
        await post_file(
            uow, file, place=place, key=f"retrospective:{row.id}:export:{receipt}", now=now
        )
