"""A workspace installs the app, and removes it: what comes into being, and what ends."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.domain.setting import ANYONE, Scope
from bot.domain.task import ENDED, TaskState
from bot.errors import SettingInvalid
from bot.services import outbox_repair, tasks
from bot.services.context import Context
from bot.services.installation_seal import Seal
from bot.services.installation_tokens import put_token
from bot.services.tasks import LEAD_USER
from bot.services.workspace_settings import effective
from bot.slack.oauth import Granted
from storage.models import Installation
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)

LEFT = "left"
"""The `problem_code` of posts that a removal ended."""
_POST_ENDED = "The app was removed from this workspace."
_TASK_ENDED = "The app was removed from this workspace."


@dataclass(frozen=True, repr=False)
class Grant:
    """What a workspace gave: who installed the app where, and the token."""

    workspace_id: str
    workspace_name: str
    installed_by: str
    app_id: str
    bot_id: str
    bot_user_id: str
    scopes: tuple[str, ...]
    granted: Granted
    enterprise_id: str | None = None


async def install(ctx: Context, seal: Seal, grant: Grant) -> None:
    """Store an installation, in place of an older one; who installed it may configure.

    What a lost token held up is sent; rows that a removal left within the grace are kept.
    """
    now, workspace_id = ctx.clock.now(), grant.workspace_id
    async with ctx.database.begin(urgent=True) as uow:
        await uow.channels.ensure_workspace(workspace_id, now=now)
        row = await uow.installations.add(workspace_id, installed_at=now)
        row.app_id, row.enterprise_id = grant.app_id, grant.enterprise_id
        row.bot_id, row.bot_user_id = grant.bot_id, grant.bot_user_id
        row.scopes = ",".join(grant.scopes)
        row.installed_by, row.installed_at = grant.installed_by, now
        row.removed_at, row.removed_reason = None, ""
        put_token(row, grant.granted, seal, now=now)
        await uow.session.flush()
        await uow.installations.name_workspace(workspace_id, grant.workspace_name)
        await _let_configure(ctx, uow, workspace_id, grant.installed_by)
        await uow.audit.add(
            workspace_id,
            grant.installed_by,
            action="app.install",
            noun="workspace",
            noun_id=workspace_id,
            at=now,
        )
    log.info("installation.stored", team_id=workspace_id, user_id=grant.installed_by)
    await outbox_repair.revive(ctx.database, "token", now=now, workspace_id=workspace_id)


async def remove(ctx: Context, workspace_id: str, *, reason: str, at: datetime) -> bool:
    """End all work of a workspace and delete its tokens; returns whether anything was to be done.

    `at` is when Slack says it happened: an event that comes after the next installation, as
    repeated ones may, ends nothing.
    """
    now = ctx.clock.now()
    async with ctx.database.begin(urgent=True) as uow:
        await uow.channels.ensure_workspace(workspace_id, now=now)
        row = await uow.installations.add(workspace_id, installed_at=at)
        # Slack's moments are whole seconds.
        if row.removed_at is not None or int(row.installed_at.timestamp()) > at.timestamp():
            return False
        _forget_tokens(row, reason=reason, now=now)
        await uow.session.flush()
        ended = await _end_tasks(ctx, uow, workspace_id)
        posts = await uow.installations.end_posts(workspace_id, problem=_POST_ENDED, code=LEFT)
        await uow.audit.add(
            workspace_id,
            LEAD_USER,
            action="app.remove",
            noun="workspace",
            noun_id=workspace_id,
            at=now,
            details={"reason": reason, "tasks": ended, "posts": posts},
        )
    log.info("installation.removed", team_id=workspace_id, reason=reason, tasks=ended, posts=posts)
    return True


async def came_back(ctx: Context, workspace_id: str) -> None:
    """Note that a bot with a token of its own works in a workspace: nothing of it is purged."""
    async with ctx.database.read() as uow:
        row = await uow.installations.find(workspace_id)
    if row is None or row.removed_at is None:
        return
    async with ctx.database.begin() as uow:
        row = await uow.installations.find(workspace_id, lock=True)
        if row is not None:
            row.removed_at, row.removed_reason = None, ""
            row.installed_at = ctx.clock.now()
            await uow.session.flush()


async def reseal(ctx: Context, seal: Seal, *, drop: bool = False) -> tuple[int, int]:
    """Seal every stored token with the newest key; returns how many were sealed and dropped.

    Raises SettingInvalid for one that no key opens, or with `drop` forgets it: its workspace
    installs again, and nothing else of it is touched.
    """
    async with ctx.database.read() as uow:
        ids = [row.workspace_id for row, _ in await uow.installations.all() if row.bot_token]
    dropped = 0
    for workspace_id in ids:
        async with ctx.database.begin() as uow:
            row = await uow.installations.find(workspace_id, lock=True)
            if row is None or not row.bot_token:
                continue
            try:
                tokens = [
                    seal.open(workspace_id, each) for each in (row.bot_token, row.refresh_token)
                ]
            except SettingInvalid:
                if not drop:
                    raise
                tokens = ["", ""]
                dropped += 1
            row.bot_token, row.refresh_token = (seal.close(workspace_id, each) for each in tokens)
            await uow.session.flush()
    return len(ids) - dropped, dropped


def _forget_tokens(row: Installation, *, reason: str, now: datetime) -> None:
    row.bot_token = row.refresh_token = row.problem = ""
    row.expires_at = row.refreshing_until = None
    row.version += 1
    row.removed_at, row.removed_reason = now, reason


async def _end_tasks(ctx: Context, uow: UnitOfWork, workspace_id: str) -> int:
    """Stop what has not ended: no further model call begins, here or in another process."""
    ids = await uow.installations.open_task_ids(workspace_id)
    for task_id in ids:
        task = await uow.tasks.get(task_id, lock=True)
        if task.state not in ENDED:
            task.stop_requested_by = LEAD_USER
            await tasks.end(ctx, uow, task, TaskState.STOPPED, reason=_TASK_ENDED)
    return len(ids)


async def _let_configure(ctx: Context, uow: UnitOfWork, workspace_id: str, user_id: str) -> None:
    """Add who installed the app to those who may change settings, where anyone can see it."""
    settings = await effective(ctx, uow, workspace_id)
    who = settings.people("configure")
    if not user_id or user_id in who or ANYONE in who:
        return
    now, value = ctx.clock.now(), [*who, user_id]
    await uow.settings.put(
        workspace_id, Scope.WORKSPACE, "", name="configure", value=value, by=user_id, now=now
    )
    await uow.audit.add(
        workspace_id,
        user_id,
        action="setting.set",
        noun="setting",
        noun_id="configure",
        at=now,
        details={"scope": Scope.WORKSPACE.value, "scope_id": "", "after": value},
    )
