"""A sprint as a Markdown file, posted where it was held."""

from bot.services.context import Context
from bot.services.sprint_facts import burndown_of
from bot.services.sprint_views import card_of
from bot.services.text_files import TextFile, post_file
from bot.slack.cards.sprint import day
from bot.slack.cards.sprint_export import as_markdown
from storage.models import Sprint
from storage.uow import UnitOfWork


async def markdown_of(ctx: Context, uow: UnitOfWork, sprint: Sprint) -> str:
    """Return everything on record of a sprint."""
    found = await burndown_of(ctx, uow, sprint) if sprint.accepted_at is not None else None
    left = (
        [(day(on), left) for on, left in zip(found.days, found.left, strict=False)] if found else []
    )
    return as_markdown(await card_of(ctx, uow, sprint), burndown=left)


async def export(ctx: Context, sprint: Sprint, *, receipt: str) -> None:
    """Post the file in the sprint's own channel, once for each command."""
    async with ctx.database.begin() as uow:
        sprint = await uow.sprints.get(sprint.workspace_id, sprint.id)
        file = TextFile(
            name=f"sprint-{sprint.number}.md",
            title=f"Sprint {sprint.public_id}",
            comment=f"Sprint {sprint.public_id} as a file.",
            content=await markdown_of(ctx, uow, sprint),
        )
        place = (sprint.workspace_id, sprint.channel_id)
        await post_file(uow, file, place=place, key=f"sprint-export:{receipt}", now=ctx.clock.now())
