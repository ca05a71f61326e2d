"""The settings' modal: opened for a channel or the workspace, each field answered at its place."""

import hashlib
import json
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.setting import ADMINS, ANYONE, SETTINGS, Scope, Setting, Value
from bot.domain.setting.kinds import People
from bot.errors import UserFacingError
from bot.services.workspace_settings import choose, chosen_at, effective, parse
from bot.slack.cards import settings_modal
from bot.slack.cards.settings import INHERIT, NAMED, NAMED_BLOCK
from bot.slack.payloads import SettingsAction
from handlers.desk import Desk
from handlers.interaction import Click, Interaction, Submission, clicked, submitted


class SettingsForm:
    """Who may configure is asked when it opens and again when it is sent."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and modals come here."""
        app.action("settings.channel")(clicked(self.open_channel))
        app.action("settings.workspace")(clicked(self.open_workspace))
        app.action("settings.mine")(clicked(self.open_mine))
        app.view("settings.save")(submitted(self.save))

    async def open_channel(self, click: Click) -> None:
        """Open the channel's settings."""
        await click.ack()
        await self._open(click)

    async def open_workspace(self, click: Click) -> None:
        """Open the workspace's settings."""
        await click.ack()
        await self._open(click)

    async def open_mine(self, click: Click) -> None:
        """Open the person's own settings."""
        await click.ack()
        await self._open(click)

    async def save(self, sent: Submission) -> None:
        """Store what was changed; a value that does not fit is said at its field."""
        payload = SettingsAction.read(sent.metadata)
        await self._require(payload, sent)
        scope, workspace = Scope(payload.scope), sent.workspace
        whose = _whose(payload, sent)
        async with self._desk.ctx.database.read() as uow:
            before = await chosen_at(uow, workspace, scope=scope, scope_id=whose)
        if _fingerprint(before) != payload.seen:
            raise UserFacingError(
                "Somebody changed these settings meanwhile.", hint="Close this and open it again."
            )
        changes, errors = self._read(sent.values, scope, before)
        if errors:
            await sent.refuse(errors)
            return
        await choose(
            self._desk.ctx,
            changes,
            workspace_id=workspace,
            scope=scope,
            scope_id=whose,
            by=sent.user,
            receipt=sent.key,
        )
        await sent.ack()

    def _read(
        self, values: dict[str, Any], scope: Scope, before: dict[str, Value]
    ) -> tuple[dict[str, Value | None], dict[str, str]]:
        """Return what the form says, and what is wrong with it by block."""
        changes: dict[str, Value | None] = {}
        errors: dict[str, str] = {}
        for name, setting in SETTINGS.items():
            if name not in values:
                continue
            try:
                text = _text(setting, values, before.get(name))
                changes[name] = parse(self._desk.ctx, setting, text, scope=scope) if text else None
            except UserFacingError as refused:
                errors[name] = refused.sentence()
        return changes, errors

    async def _open(self, click: Click) -> None:
        payload = SettingsAction.read(click.value)
        await self._require(payload, click)
        ctx, workspace = self._desk.ctx, click.workspace
        scope = Scope(payload.scope)
        whose = _whose(payload, click)
        user = whose if scope is Scope.USER else ""
        async with ctx.database.read() as uow:
            settings = await effective(
                ctx, uow, workspace, channel_id=payload.channel_id, user_id=user
            )
            chosen = await chosen_at(uow, workspace, scope=scope, scope_id=whose)
        seen = payload.model_copy(update={"seen": _fingerprint(chosen)})
        view = settings_modal(settings, chosen, seen)
        await click.open(view)

    async def _require(self, payload: SettingsAction, by: Interaction) -> None:
        own = payload.scope == "user"
        if not own and (payload.scope == "channel") != bool(payload.channel_id):
            raise UserFacingError("That form is not one of mine.")
        await self._desk.allow(by, "ask" if own else "configure", payload.channel_id)


def _whose(payload: SettingsAction, by: Interaction) -> str:
    """Return the channel or person whose values they are; a person's own are never another's."""
    return by.user if payload.scope == "user" else payload.channel_id


def _fingerprint(chosen: dict[str, Value]) -> str:
    return hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()[:12]


def _text(setting: Setting, values: dict[str, Any], before: Value | None) -> str:
    """Return what a field says, as one would type it; empty for nothing of its own."""
    field = values[setting.name]
    if "choice" not in field:
        return str(field["text"].get("value") or "").strip()
    wanted = str((field["choice"].get("selected_option") or {}).get("value", INHERIT))
    if wanted == INHERIT:
        return ""
    if not isinstance(setting.kind, People) or wanted != NAMED:
        return wanted
    named = values.get(f"{setting.name}{NAMED_BLOCK}", {}).get("users", {})
    people = [str(item) for item in named.get("selected_users") or ()]
    kept = _kept(before)
    if not people and not kept:
        raise UserFacingError("Name somebody below.")
    return " ".join(item if item == ADMINS else f"<@{item}>" for item in [*people, *kept])


def _kept(before: Value | None) -> list[str]:
    """Return what the form cannot show and so must not lose: groups, channels, "admins and …"."""
    if not isinstance(before, tuple) or (len(before) == 1 and before[0] in (ANYONE, ADMINS)):
        return []
    return [item for item in before if item == ADMINS or item[0] in "SCG"]
