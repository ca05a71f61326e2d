"""Links below an answer to the messages that it rests on; Slack is asked for them at sending."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.slack.blocks import context, message
from bot.slack.text import escape

CITED = "cited"
"""A payload's own field, which Slack never sees."""


@dataclass(frozen=True)
class Citation:
    """A record as people call it, and its message."""

    label: str
    channel_id: str
    ts: str


def citing(payload: Mapping[str, Any], citations: Sequence[Citation]) -> dict[str, Any]:
    """Return a message's payload with what it cites, for the delivery."""
    return {**payload, CITED: [asdict(one) for one in citations]} if citations else dict(payload)


def cited(payload: Mapping[str, Any]) -> list[Citation]:
    """Return what a payload cites."""
    return [Citation(**one) for one in payload.get(CITED) or ()]


def with_links(call: Mapping[str, Any], links: Mapping[str, str]) -> dict[str, Any]:
    """Return a call with a line of links by label; as it is where there is none."""
    safe = {
        label: url
        for label, url in links.items()
        if url.startswith(("https://", "http://")) and not set("<>|") & set(url)
    }
    if not safe:
        return dict(call)
    line = " · ".join(f"<{url}|{escape(label)}>" for label, url in safe.items())
    blocks = list(call.get("blocks") or ())
    # Below the words and above the buttons that ask what people think of them.
    at = next((n for n, block in enumerate(blocks) if block.get("type") != "section"), len(blocks))
    tail = [*context(f"Sources: {line}"), *blocks[at:]]
    return {**call, "blocks": message(blocks[:at], tail)}
