"""Settings chosen in Slack: read for a place in one statement, changed with an audit entry.

Nothing is kept between transactions, so a change in another process counts from the next one on.
"""

from collections.abc import Iterable
from typing import Any

from bot.domain import setting as rules
from bot.domain.setting import Effective, Scope, Setting, Value
from bot.domain.setting.kinds import OFF
from bot.errors import UserFacingError
from bot.services.context import Context
from bot.services.holiday_calendar import check_region
from storage.repositories.settings import ChosenRow
from storage.uow import UnitOfWork

Chosen = dict[str, dict[Scope, Any]]


async def effective(
    ctx: Context, uow: UnitOfWork, workspace_id: str, *, channel_id: str = "", user_id: str = ""
) -> Effective:
    """Return the settings that count in a channel for a person; without them, more generally."""
    rows = await uow.settings.of(workspace_id, channel_id=channel_id, user_id=user_id)
    return over(ctx, rows)


def over(ctx: Context, rows: Iterable[ChosenRow]) -> Effective:
    """Return the settings that count where these rows were chosen."""
    chosen: Chosen = {}
    for row in rows:
        chosen.setdefault(row.name, {})[Scope(row.scope)] = row.value
    return rules.effective(ctx.settings, chosen)


def parse(ctx: Context, setting: Setting, text: str, *, scope: Scope) -> Value:
    """Return the value that a person wrote for a scope; raises UserFacingError."""
    check_scope(setting, scope)
    kind = (setting.personal or setting.kind) if scope is Scope.USER else setting.kind
    value = kind.parse(text)
    if setting.name == "model" and value == "claude" and not ctx.settings.uses_claude:
        raise UserFacingError(
            "Claude is not set up here.", hint="The operator sets ANTHROPIC_API_KEY."
        )
    if setting.name == "holidays" and value != OFF:
        check_region(str(value))
    return value


def check_scope(setting: Setting, scope: Scope) -> None:
    """Raise UserFacingError when a setting cannot be chosen for a scope."""
    if scope in setting.scopes:
        return
    words = {Scope.WORKSPACE: "the workspace", Scope.CHANNEL: "a channel", Scope.USER: "a person"}
    possible = " or ".join(words[one] for one in Scope if one in setting.scopes)
    raise UserFacingError(f"`{setting.name}` can be set for {possible} only.")


async def chosen_at(
    uow: UnitOfWork, workspace_id: str, *, scope: Scope, scope_id: str
) -> dict[str, Value]:
    """Return the values chosen for just that workspace, channel or person, by name."""
    place = {"channel_id": scope_id} if scope is Scope.CHANNEL else {"user_id": scope_id}
    rows = await uow.settings.of(workspace_id, **place)
    return {
        row.name: tuple(row.value) if isinstance(row.value, list) else row.value
        for row in rows
        if row.scope == scope and row.name in rules.SETTINGS
    }


async def choose(
    ctx: Context,
    changes: dict[str, Value | None],
    *,
    workspace_id: str,
    scope: Scope,
    scope_id: str,
    by: str,
    receipt: str = "",
) -> None:
    """Set values, or take them back where they are None, in one transaction with the audit.

    `scope_id` is the channel's or person's id, empty for the workspace. `receipt` names the command
    or modal; its second delivery changes nothing. Raises UserFacingError for a wrong scope.
    """
    for name in changes:
        check_scope(rules.find(name), scope)
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        await uow.channels.ensure_workspace(workspace_id, now=now)
        if not await uow.receipts.is_new(workspace_id, receipt, now=now):
            return
        before = await chosen_at(uow, workspace_id, scope=scope, scope_id=scope_id)
        for name, value in changes.items():
            if before.get(name) == value:
                continue
            stored = list(value) if isinstance(value, tuple) else value
            if stored is None:
                await uow.settings.drop(workspace_id, scope, scope_id, name=name)
            else:
                await uow.settings.put(
                    workspace_id, scope, scope_id, name=name, value=stored, by=by, now=now
                )
            await uow.audit.add(
                workspace_id,
                by,
                action="setting.reset" if stored is None else "setting.set",
                noun="setting",
                noun_id=name,
                at=now,
                details={
                    "scope": scope.value,
                    "scope_id": scope_id,
                    "before": before.get(name),
                    "after": stored,
                },
            )
