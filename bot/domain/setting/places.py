"""The kind of setting that says where another team is: its channel, or the operator's webhook."""

import re
from dataclasses import dataclass
from typing import Any

from bot.domain.setting.kinds import Value
from bot.domain.unlinked import refused
from bot.errors import UserFacingError

OFF = "off"
_CHANNEL = re.compile(r"(?:<#)?(?P<id>[CG][A-Z0-9]{2,39})(?:\|[^>]*)?>?")
_URL = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class TeamPlace:
    """A channel; people cannot set a webhook, as its address is a secret of the operator's."""

    @property
    def expects(self) -> str:
        return "a channel, e.g. #frontend, or off"

    def parse(self, text: str) -> Value:
        word = text.strip()
        if word.lower() == OFF:
            return OFF
        match = _CHANNEL.fullmatch(word)
        if match is None:
            if _URL.match(word.strip("<>")):
                hint = "A webhook's address is a secret; the operator sets it (docs/hand-offs.md)."
                raise UserFacingError(f"“{word[:40]}” does not fit here.", hint=hint)
            raise refused(word, self.expects)
        return match["id"]

    def check(self, value: Any) -> Value:
        return self.parse(str(value))

    def show(self, value: Value) -> str:
        text = str(value)
        if not text or text == OFF:
            return OFF
        return "a webhook of the operator's" if _URL.match(text) else f"<#{channel_of(text)}>"


def channel_of(value: Value) -> str:
    """Return the channel's id; empty for a webhook or nothing."""
    match = _CHANNEL.fullmatch(str(value))
    return match["id"] if match else ""


def url_of(value: Value) -> str:
    """Return the webhook's address; empty for a channel or nothing."""
    text = str(value)
    return text if _URL.fullmatch(text) else ""
