"""Turns what a person types into Slack's wire form: mentions, channels, links and escapes."""

import re

from bot.workspace.state import State

_KEEP = re.compile(
    r"<(?:@[UW][A-Z0-9]+|#C[A-Z0-9]+|![a-z]|https?://|mailto:)[^>]*>|&(?:amp|lt|gt);"
)
_MENTION = re.compile(r"(?<![\w@])@([a-z0-9][\w.-]*\w|[a-z0-9])", re.IGNORECASE)
_CHANNEL = re.compile(r"(?<![\w#&])#([a-z0-9][\w-]*)", re.IGNORECASE)
_LINK = re.compile(r"https?://[^\s<>]*[^\s<>.,;:!?)\]'\"]")
_RANGES = frozenset({"here", "channel", "everyone"})


def wire_form(text: str, state: State, *, labels: bool = False) -> str:
    """Return `text` as events carry it; `labels` adds `|name` as slash commands do."""
    done: list[str] = []
    position = 0
    for match in _KEEP.finditer(text):
        done.append(_convert(text[position : match.start()], state, labels))
        done.append(match.group())
        position = match.end()
    done.append(_convert(text[position:], state, labels))
    return "".join(done)


def _convert(text: str, state: State, labels: bool) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _LINK.sub(lambda match: f"<{match.group()}>", text)
    text = _MENTION.sub(lambda match: _mention(match, state, labels), text)
    return _CHANNEL.sub(lambda match: _channel(match, state, labels), text)


def _mention(match: re.Match[str], state: State, labels: bool) -> str:
    name = match.group(1).lower()
    if name in _RANGES:
        return f"<!{name}>"
    for user in state.users.values():
        if user.name == name:
            return f"<@{user.id}|{user.name}>" if labels else f"<@{user.id}>"
    for group in state.groups.values():
        if group.handle == name:
            return f"<!subteam^{group.id}|@{group.handle}>" if labels else f"<!subteam^{group.id}>"
    return match.group()


def _channel(match: re.Match[str], state: State, labels: bool) -> str:
    name = match.group(1).lower()
    for channel in state.channels.values():
        if channel.name == name and not channel.is_im:
            return f"<#{channel.id}|{channel.name}>" if labels else f"<#{channel.id}|>"
    return match.group()
