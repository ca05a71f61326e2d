"""What goes over the wire and what comes back, in our own words; knows no HTTP library."""

import json
from dataclasses import dataclass
from typing import Any

from bot.domain.redaction import Options
from bot.model.prices import Tokens


class Fixed(dict[str, Any]):
    """A block that stands in many asks and never changes; its JSON is kept with it."""

    __slots__ = ("written",)

    def __init__(self, block: dict[str, Any]) -> None:
        super().__init__(block)
        self.written: tuple[Options, bytes] | None = None
        """Its JSON under these options, once it was sent."""


@dataclass(frozen=True)
class Ask:
    """One request body, apart from the schema; `system` and `messages` in the API's own shape."""

    model: str
    max_tokens: int
    system: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    tools: tuple[dict[str, Any], ...] = ()
    may_call: bool = True
    """Whether the model may call one of the tools now."""

    def chars(self) -> int:
        """Return how many characters of text it holds."""
        blocks = [*self.system]
        for message in self.messages:
            blocks += message["content"]
        described = len(json.dumps(self.tools)) if self.tools else 0
        return described + sum(_chars(block) for block in blocks)


def _chars(block: dict[str, Any]) -> int:
    text = block.get("text")
    return len(text) if isinstance(text, str) else len(json.dumps(block, ensure_ascii=False))


@dataclass(frozen=True)
class Heard:
    """One complete message: its text blocks joined, thinking left out; `content` is all of it."""

    text: str
    stop_reason: str
    tokens: Tokens
    model: str
    message_id: str
    content: tuple[dict[str, Any], ...] = ()


class CallFailed(Exception):
    """One attempt failed. `what` completes the sentence "Claude (model) …".

    `retry` says whether another try at once can help, `later` whether one in some minutes can.
    `after` is the Retry-After in seconds. `schema_refused` marks a server without structured
    outputs, `stream_refused` one that perhaps only cannot stream.
    """

    def __init__(
        self,
        what: str,
        *,
        retry: bool,
        later: bool | None = None,
        after: float | None = None,
        schema_refused: bool = False,
        stream_refused: bool = False,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.retry = retry
        self.later = retry if later is None else later
        self.after = after
        self.schema_refused = schema_refused
        self.stream_refused = stream_refused
