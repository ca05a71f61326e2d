"""What a task's thread is told of its worktree: the patch as a file, or why there is none."""

import base64
import re

from bot.domain.lanes import FILE_UPLOAD, POST
from bot.domain.redaction import kinds
from bot.services.context import Context
from bot.slack.blocks import message, sections
from bot.slack.post import Post
from bot.slack.text import bold, count, escape, shorten_list
from storage.models import Task, Worktree
from storage.uow import UnitOfWork

_BINARY = re.compile(r"^GIT binary patch$.*?(?=^diff --git |\Z)", re.MULTILINE | re.DOTALL)
_HASHES = "random value"
"""Lock files and test data are full of them: no reason to hold a patch back."""


def secrets_in(patch: bytes) -> tuple[str, ...]:
    """Return the kinds of secrets that a patch holds."""
    text = _BINARY.sub("", patch.decode("utf-8", "replace"))
    return tuple(kind for kind in kinds(text) if kind != _HASHES)


async def hand_over(ctx: Context, uow: UnitOfWork, row: Worktree, task: Task) -> bool:
    """Queue the patch for the task's thread, or the sentence why there is none.

    Returns whether it may become a branch.
    """
    if not row.files:
        return False
    what = f"{bold(row.repository)} by {task.public_id}"
    size = f"{count(row.files, 'file')}, +{row.added} −{row.removed}"
    if row.patch is None:
        most = ctx.settings.sandbox.patch_kb
        await _say(
            ctx, uow, row, f"The changes of {what} come to more than {most:,} kB: no patch is kept."
        )
        return False
    if found := secrets_in(row.patch):
        await _say(
            ctx, uow, row,
            f"The changes of {what} ({size}) hold what looks like a secret"
            f" ({shorten_list(found)}). I attach no patch and make no branch.",
        )  # fmt: skip
        return False
    name = f"{task.public_id}-{row.repository}.patch"
    await uow.outbox.add(
        workspace_id=row.workspace_id,
        channel_id=row.channel_id,
        task_id=row.task_id,
        key=f"patch:{row.id}",
        method=FILE_UPLOAD,
        payload={
            "filename": name,
            "title": name,
            "content_base64": base64.b64encode(row.patch).decode("ascii"),
            "initial_comment": (
                f"Changes of {what}: {size}. `git apply --index {escape(name)}` takes them in, at"
                f" `{row.base[:10]}`."
            ),
        },
        now=ctx.clock.now(),
    )
    return True


async def tell_branch(ctx: Context, uow: UnitOfWork, row: Worktree) -> None:
    """Say where the branch is, or why there is none."""
    pushed = ", pushed to origin" if ctx.settings.sandbox.branch == "push" else ""
    where = f"`{row.branch}` of {bold(row.repository)}"
    text = f"The changes are on branch {where}{pushed}."
    if not row.branch:
        text = f"I could not make a branch of {bold(row.repository)}: {escape(row.problem)}"
    await _say(ctx, uow, row, text, key="branch")


async def _say(
    ctx: Context, uow: UnitOfWork, row: Worktree, text: str, *, key: str = "patch"
) -> None:
    await uow.outbox.add(
        workspace_id=row.workspace_id,
        channel_id=row.channel_id,
        task_id=row.task_id,
        key=f"{key}:{row.id}",
        method=POST,
        payload=Post(text=text, blocks=message(sections(text))).payload(),
        now=ctx.clock.now(),
    )
