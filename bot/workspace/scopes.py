"""Which scope each method needs, so that a manifest that forgets one is found out here."""

from bot.workspace.shapes import Channel, Json, SlackError

# Any one of the listed scopes is enough; an empty tuple means that none is needed.
NEEDED: dict[str, tuple[str, ...]] = {
    "chat.postMessage": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.update": ("chat:write",),
    "chat.delete": ("chat:write",),
    "chat.startStream": ("chat:write",),
    "chat.appendStream": ("chat:write",),
    "chat.stopStream": ("chat:write",),
    "reactions.add": ("reactions:write",),
    "reactions.remove": ("reactions:write",),
    "reactions.get": ("reactions:read",),
    "conversations.list": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations.info": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations.members": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations.history": ("channels:history", "groups:history", "im:history", "mpim:history"),
    "conversations.replies": ("channels:history", "groups:history", "im:history", "mpim:history"),
    "conversations.join": ("channels:join",),
    "conversations.open": ("im:write", "mpim:write"),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "usergroups.list": ("usergroups:read",),
    "usergroups.users.list": ("usergroups:read",),
    "files.getUploadURLExternal": ("files:write",),
    "files.completeUploadExternal": ("files:write",),
    "files.info": ("files:read",),
    "assistant.threads.setStatus": ("assistant:write", "chat:write"),
    "assistant.threads.setTitle": ("assistant:write",),
    "assistant.threads.setSuggestedPrompts": ("assistant:write",),
    "agents.sessions.setStatus": ("chat:write",),
    "agents.sessions.rename": ("chat:write",),
    "team.info": ("team:read",),
    "bots.info": ("users:read",),
}
_READ = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
_CUSTOM = ("username", "icon_emoji", "icon_url")


def granted(manifest: Json) -> tuple[str, ...]:
    """Return the bot scopes of a manifest."""
    return tuple(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ()))


def require(scopes: tuple[str, ...], *needed: str) -> None:
    """Raise `missing_scope` unless one of `needed` is granted."""
    if needed and not set(needed) & set(scopes):
        raise SlackError("missing_scope", needed=",".join(needed), provided=",".join(scopes))


def require_for_call(scopes: tuple[str, ...], method: str, args: Json) -> None:
    """Raise `missing_scope` for a method, also for the looks that need their own scope."""
    require(scopes, *NEEDED.get(method, ()))
    if method.startswith("chat.") and any(args.get(name) for name in _CUSTOM):
        require(scopes, "chat:write.customize")


def require_for_channel(scopes: tuple[str, ...], channel: Channel, right: str) -> None:
    """Raise `missing_scope` when this kind of channel may not be read; `right`: read, history."""
    require(scopes, f"{_READ[channel.kind]}:{right}")
