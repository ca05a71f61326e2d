"""`teamlead forget`: a person or a channel, for whoever runs the bot."""

import re

import typer

from bot import settings as settings_module
from bot.bootstrap import build
from bot.errors import UserFacingError
from bot.services import forget, forgetting
from bot.services.context import Context
from bot.services.forget_run import Counts
from bot.services.forgetting import Wanted
from bot.services.slack_news import SlackNews
from bot.slack.cards.forget import counted
from storage.models.forgetting import Subject

OPERATOR = "operator"
_ID = re.compile(r"[A-Z][A-Z0-9]{1,39}")


async def run(*, user: str, channel: str, workspace: str, yes: bool, dry_run: bool) -> None:
    """Count, ask, forget. Raises UserFacingError."""
    if bool(user) == bool(channel):
        raise UserFacingError(
            "Name one person or one channel.", hint="`teamlead forget U012AB3CD` or `--channel`."
        )
    if not _ID.fullmatch(user or channel):
        raise UserFacingError(
            f"{user or channel} is no Slack id.", hint="A person's looks like U012AB3CD."
        )
    news = SlackNews()
    runtime = await build(settings_module.load(), news)
    news.attach(runtime.context)
    try:
        await _forget(runtime.context, workspace, user, channel, ask=not yes, dry_run=dry_run)
    finally:
        await runtime.close()


async def _forget(
    ctx: Context, workspace: str, user: str, channel: str, *, ask: bool, dry_run: bool
) -> None:
    name, subject = user or channel, _subject(user)
    found = {}
    for each in [workspace] if workspace else await forget.workspaces(ctx):
        rows = await _count(ctx, each, user, channel)
        if rows or await forgetting.under_way(ctx, each, subject, name):
            found[each] = rows
    if not found:
        typer.echo(f"I keep nothing of {name}.")
        return
    for each, rows in found.items():
        typer.echo(f"{name} in workspace {each}: {counted(rows) or 'the end of a run'}.")
    if dry_run:
        return
    if ask:
        typer.confirm("Forget it? It cannot be undone.", abort=True)
    for each in found:
        done = await forgetting.finish(ctx, Wanted(each, subject, name, asked_by=OPERATOR))
        told = counted(done) or "nothing was left"
        typer.echo(f"Forgotten in workspace {each}: {told}.")


async def _count(ctx: Context, workspace: str, user: str, channel: str) -> Counts:
    if user:
        return await forget.count_of_person(ctx, workspace, user)
    return await forget.count_of_channel(ctx, workspace, channel)


def _subject(user: str) -> Subject:
    return "person" if user else "channel"
