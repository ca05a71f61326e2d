"""What people are told of sandboxes: whether code may be changed here, and why not."""

from bot.services.context import Context
from bot.services.workspace_settings import effective
from bot.slack.text import bold, escape, shorten_list
from storage.uow import UnitOfWork


async def sandbox_line(ctx: Context, uow: UnitOfWork, workspace_id: str, *, seen_from: str) -> str:
    """Return one line for `/lead tools`; empty where there is no repository to change."""
    rows = await uow.code_repositories.all(workspace_id, seen_from=seen_from)
    if not rows or ctx.sandbox is None:
        return ""
    if not (await effective(ctx, uow, workspace_id)).is_on("sandbox"):
        return "Specialists change no code here. `/lead settings sandbox on` lets them ask to."
    names = [bold(row.name) for row in rows if row.writable]
    if not names:
        return (
            "Specialists may change no repository yet; the operator allows one with"
            f" `teamlead repositories allow {escape(rows[0].name)} --change`."
        )
    if problem := await ctx.sandbox.problem():
        return f"⚠️ Specialists cannot change code: {escape(problem)}"
    return f"Specialists may ask to change {shorten_list(names)}, in a throw-away worktree."
