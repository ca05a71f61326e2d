"""Holds blocks to Slack's limits: once with our own reading, once with the local workspace's."""

import re
from collections.abc import Iterator
from typing import Any

from bot.slack import limits
from bot.slack.post import Post
from bot.workspace.blocks.check import checked_blocks
from bot.workspace.blocks.views import checked_view

_OWN = re.compile(
    r"<(?:!date\^\d+\^[^|<>]+\|[^<>]+|@[UW][A-Z0-9]+|#[CG][A-Z0-9]+|(?:https?|mailto):[^<>]+)>",
    re.IGNORECASE,
)


def check_post(post: Post, *, may_mention: frozenset[str] = frozenset()) -> None:
    """Fail when Slack would refuse the post, or when it pings anybody not in `may_mention`."""
    assert post.text.strip()
    assert _units(post.text) <= limits.FALLBACK_TEXT
    assert len(post.blocks) <= limits.MESSAGE_BLOCKS
    assert sum(map(_units, texts(post.blocks))) <= limits.MESSAGE_CHARS
    checked_blocks(post.blocks or [{"type": "divider"}])
    _check(post.blocks, may_mention)


def check_view(view: dict[str, Any], *, kind: str = "modal") -> None:
    """Fail when Slack would refuse the view."""
    checked_view(view, kind="home" if kind == "home" else "modal")
    assert len(view["blocks"]) <= limits.VIEW_BLOCKS
    _check(view["blocks"], frozenset())


def _check(blocks: list[dict[str, Any]], may_mention: frozenset[str]) -> None:
    for block in blocks:
        if block["type"] == "section":
            assert _units(block["text"]["text"]) <= limits.SECTION_TEXT
        if block["type"] == "actions":
            for button in block["elements"]:
                assert len(button["value"]) <= limits.BUTTON_VALUE
                assert len(button["action_id"]) <= limits.ACTION_ID
    for text in mrkdwn_texts(blocks):
        check_escaped(text, may_mention)


def check_escaped(text: str, may_mention: frozenset[str] = frozenset()) -> None:
    """Fail when the mrkdwn holds a `<…>` that we did not mean."""
    for mentioned in re.findall(r"<@([^>|]+)", text):
        assert mentioned in may_mention
    rest = _OWN.sub("", text)
    assert "<" not in rest
    assert ">" not in re.sub(r"^((?: {4})*> ?)+", "", rest, flags=re.MULTILINE)


def texts(value: Any) -> Iterator[str]:
    """Yield every text of blocks, buttons' included."""
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def mrkdwn_texts(value: Any) -> Iterator[str]:
    """Yield the texts in which Slack reads marks."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for inner in value.values():
            yield from mrkdwn_texts(inner)
    elif isinstance(value, list):
        for item in value:
            yield from mrkdwn_texts(item)


def words(blocks: Any) -> str:
    """Return all text of blocks on one line."""
    return " ".join(" ".join(texts(blocks)).split())


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
