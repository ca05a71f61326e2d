"""Gives people who are named in others' text their names: their ids say nothing to a reader.

What people wrote is kept with ids, so that it can be forgotten, and shown escaped, so that nobody
is called by it a second time.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.slack.text import clip, escape

_TEXTS: Mapping[str, re.Pattern[str]] = {
    "mrkdwn": re.compile(r"&lt;@(?P<id>[UW][A-Z0-9]+)(?:\|(?P<label>[^&<>]*))?&gt;"),
    "plain_text": re.compile(r"<@(?P<id>[UW][A-Z0-9]+)(?:\|(?P<label>[^<>]*))?>"),
}
"""How `<@U012AB3CD>`, of which Slack may say the name, stands in each kind of text object."""
_CHANNEL = re.compile(r"&lt;#(?P<id>[CG][A-Z0-9]+)(?:\|[^&<>]*)?&gt;")
"""Slack shows a channel's name to those who may know it, and calls nobody."""
_PLAIN = str.maketrans("*`", "∗ˋ")
"""A name neither ends a bold title nor begins code (as `bot.slack.text.bold`)."""


def people_in(blocks: Any) -> set[str]:
    """Return the ids of people that blocks show as ids."""
    found: set[str] = set()

    def note(kind: str, text: str) -> str:
        found.update(match["id"] for match in _TEXTS[kind].finditer(text))
        return text

    _each_text(blocks, note)
    return found


def with_names(blocks: Any, names: Mapping[str, str]) -> Any:
    """Return blocks with names (by id) in place of ids, and with channels; nobody is called.

    A name takes no more room than the id did, as blocks have been cut to Slack's limits by then.
    """

    def put(kind: str, text: str) -> str:
        def name(match: re.Match[str]) -> str:
            known = names.get(match["id"]) or match["label"] or ""
            if not known.strip():
                return match[0]
            short = "@" + clip(" ".join(known.split()), len(match[0]) - 1)
            shown = escape(short.translate(_PLAIN)) if kind == "mrkdwn" else short
            return shown if len(shown) <= len(match[0]) else match[0]

        return _channels(kind, _TEXTS[kind].sub(name, text))

    return _each_text(blocks, put)


def with_people(blocks: Any) -> Any:
    """Return blocks in which Slack shows who is meant: for what one person alone sees.

    Plain texts, such as a choice of a form, show ids still: `with_names` has names for them.
    """
    return _each_text(blocks, lambda kind, text: shown_people(text) if kind == "mrkdwn" else text)


def shown_people(text: str) -> str:
    """Return mrkdwn likewise."""
    return _channels("mrkdwn", _TEXTS["mrkdwn"].sub(r"<@\g<id>>", text))


def _channels(kind: str, text: str) -> str:
    return _CHANNEL.sub(r"<#\g<id>>", text) if kind == "mrkdwn" else text


def _each_text(value: Any, change: Callable[[str, str], str]) -> Any:
    if isinstance(value, list):
        return [_each_text(item, change) for item in value]
    if not isinstance(value, dict):
        return value
    kind, text = str(value.get("type")), value.get("text")
    if kind in _TEXTS and isinstance(text, str):
        return {**value, "text": change(kind, text)} if "@" in text or "#" in text else value
    return {key: _each_text(item, change) for key, item in value.items()}
