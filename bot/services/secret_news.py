"""Tells a thread, once, that it holds a secret: the model did not see it, Slack's people did."""

from bot.domain.lanes import POST
from bot.domain.redaction import kinds
from bot.services.context import Context
from bot.slack.blocks import message, sections
from bot.slack.post import Post
from bot.slack.text import mention, shorten_list
from storage.models import Task
from storage.uow import UnitOfWork


async def tell(
    ctx: Context, uow: UnitOfWork, task: Task, *, said_by: str, text: str, to: str
) -> bool:
    """Queue the sentence when `text` holds a secret; returns whether it was queued now.

    `to` is the surface: the terminal's person is alone with it.
    """
    found = kinds(text)
    if not found or to != "slack" or not ctx.settings.redaction.secrets:
        return False
    return await uow.outbox.add(
        workspace_id=task.workspace_id,
        channel_id=task.channel_id,
        task_id=task.id,
        key=f"secret:{task.thread_id}",
        method=POST,
        payload=secret_post(said_by, found).payload(),
        now=ctx.clock.now(),
    )


def secret_post(user_id: str, found: tuple[str, ...]) -> Post:
    """Return the sentence; it names kinds, never the secret."""
    text = (
        f"{mention(user_id)} that looks like a secret ({shorten_list(found)}). I keep it from the"
        " model, but everyone here can read it: please rotate it."
    )
    return Post(text=text, blocks=message(sections(text)))
