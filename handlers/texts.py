"""Reads what people typed: the bot's mention taken out, Slack's escapes undone."""

import html
import re
from collections.abc import Mapping
from typing import Any

_MENTION = re.compile(r"<@(?P<id>[A-Z0-9]+)(?:\|[^>]*)?>")
_LINK = re.compile(r"<(?P<url>(?:https?|mailto):[^>|]+)(?:\|(?P<label>[^>]*))?>")


def text_of(event: Mapping[str, Any]) -> str:
    """Return a message's text; empty where there is none, which may be a null."""
    return event.get("text") or ""


def wish_text(text: str, bot_user_id: str) -> str:
    """Return the text without the bot's mention, links as URLs, `&lt;` and friends undone."""
    return html.unescape(command_text(text, bot_user_id)).strip()


def command_text(text: str, bot_user_id: str = "") -> str:
    """Return what was typed behind a command, whose escapes are undone at its door, likewise."""
    text = _MENTION.sub(lambda m: "" if m["id"] == bot_user_id else m[0], text)
    return _LINK.sub(lambda m: m["label"] or m["url"], text).strip()


def mentions(text: str, user_id: str) -> bool:
    """Return whether `text` mentions that user."""
    return any(match["id"] == user_id for match in _MENTION.finditer(text))
