"""A message before it has a place: what it shows, and under whose name."""

from dataclasses import dataclass, field
from typing import Any

from bot.slack.limits import FALLBACK_TEXT
from bot.slack.text import clip

Block = dict[str, Any]


@dataclass(frozen=True)
class Post:
    """`text` is the plain fallback for notifications and screen readers, `blocks` the looks."""

    text: str
    blocks: list[Block] = field(default_factory=list)
    username: str | None = None
    icon_emoji: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", clip(self.text, FALLBACK_TEXT))

    def payload(self) -> dict[str, Any]:
        """Return the arguments of chat.postMessage, without channel and thread."""
        payload: dict[str, Any] = {
            "text": self.text,
            "blocks": self.blocks,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if self.username:
            payload["username"] = self.username
        if self.icon_emoji:
            payload["icon_emoji"] = self.icon_emoji
        return payload
