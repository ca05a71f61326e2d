"""`/lead settings`: what counts here and why; one value changed or taken back."""

from bot.domain.access import Act
from bot.domain.setting import SETTINGS, Resolved, Scope, Setting, find
from bot.errors import UserFacingError
from bot.services import access
from bot.services.workspace_settings import check_scope, choose, effective, parse
from bot.slack.cards import setting_details, settings_list, text_post
from bot.slack.cards.settings import shown, source_words
from bot.slack.post import Post
from handlers.commands.table import Call

_PLACES = {"here": Scope.CHANNEL, "workspace": Scope.WORKSPACE, "me": Scope.USER}
_WHERE = {
    Scope.CHANNEL: "in this channel",
    Scope.WORKSPACE: "in the whole workspace",
    Scope.USER: "for you",
}
RESET = "reset"


async def run_settings(call: Call) -> Post:
    """List the settings, show one, set one or take it back."""
    name, _, rest = call.words.partition(" ")
    if not name:
        await call.require("look", channel_id=call.channel_id)
        return await _list(call)
    setting = find(name)
    words = rest.split()
    if not words:
        await call.require("look", channel_id=call.channel_id)
        return setting_details(setting, await _found(call, setting))
    scope = _PLACES.get(words[-1].lower())
    if scope is not None:
        words = words[:-1]
    return await _change(call, setting, " ".join(words), scope or _usual(call, setting))


async def _list(call: Call) -> Post:
    ctx = call.desk.ctx
    async with ctx.database.read() as uow:
        found = await effective(
            ctx, uow, call.workspace_id, channel_id=call.channel_id, user_id=call.user_id
        )
    return settings_list(
        found,
        channel_id=call.channel_id,
        mine=await _may(call, "ask", call.channel_id),
        here=await _may(call, "configure", call.channel_id),
        everywhere=await _may(call, "configure", ""),
    )


async def _may(call: Call, act: Act, channel_id: str) -> bool:
    found = await access.verdict(
        call.desk.ctx,
        call.desk.directory(call.client, call.workspace_id),
        act,
        workspace_id=call.workspace_id,
        user_id=call.user_id,
        channel_id=channel_id,
    )
    return found.allowed


async def _found(call: Call, setting: Setting) -> Resolved:
    ctx = call.desk.ctx
    async with ctx.database.read() as uow:
        settings = await effective(
            ctx, uow, call.workspace_id, channel_id=call.channel_id, user_id=call.user_id
        )
    return settings.values[setting.name]


def _usual(call: Call, setting: Setting) -> Scope:
    """Without a word for the place it is the channel, where that makes sense."""
    channel = Scope.CHANNEL in setting.scopes and not call.channel_id.startswith("D")
    return Scope.CHANNEL if channel else Scope.WORKSPACE


async def _change(call: Call, setting: Setting, words: str, scope: Scope) -> Post:
    if not words:
        raise UserFacingError(
            f"Say what `{setting.name}` should be.", hint=f"Give {setting.kind.expects}."
        )
    check_scope(setting, scope)
    if scope is Scope.USER:
        await call.require("ask", channel_id=call.channel_id)
    else:
        place = call.channel_id if scope is Scope.CHANNEL else ""
        await call.require("configure", channel_id=place)
    reset = words.lower() == RESET
    value = None if reset else parse(call.desk.ctx, setting, words, scope=scope)
    await choose(
        call.desk.ctx,
        {setting.name: value},
        workspace_id=call.workspace_id,
        scope=scope,
        scope_id={Scope.CHANNEL: call.channel_id, Scope.USER: call.user_id}.get(scope, ""),
        by=call.user_id,
        receipt=call.receipt,
    )
    return text_post(_said(setting, await _found(call, setting), scope, value=value))


def _said(setting: Setting, found: Resolved, scope: Scope, *, value: object) -> str:
    """Return what was done and, where something else counts here, what that is."""
    done = (
        f"`{setting.name}` is not set {_WHERE[scope]} any more."
        if value is None
        else f"`{setting.name}` is set {_WHERE[scope]}."
    )
    now = f"What counts here: {shown(SETTINGS[setting.name], found.value)} ({source_words(found)})."
    return f"{done} {now}"
