"""What goes over the wire and what comes back, in our own words; knows no HTTP library."""

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from bot.domain.redaction import Options, redact
from bot.model.prices import Tokens


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

    def redacted(self, options: Options) -> "Ask":
        """Return the ask with secrets and personal numbers replaced in every text of it."""
        messages = [
            {**message, "content": _redacted(message["content"], options)}
            for message in self.messages
        ]
        return replace(self, system=_redacted(self.system, options), messages=messages)


def _chars(block: dict[str, Any]) -> int:
    text = block.get("text")
    return len(text) if isinstance(text, str) else len(json.dumps(block, ensure_ascii=False))


def _redacted(blocks: list[dict[str, Any]], options: Options) -> list[dict[str, Any]]:
    return [_block_redacted(block, options) for block in blocks]


def _block_redacted(block: dict[str, Any], options: Options) -> dict[str, Any]:
    """Return a block without secrets; what the model said itself must go back as it came."""
    if isinstance(block.get("text"), str):
        return {**block, "text": _clean(block["text"], options)}
    if block.get("type") == "tool_result":
        return {**block, "content": _redacted(block["content"], options)}
    return block


_BETWEEN = ">\n\n<"
"""Between two sections. No secret lies across it: none holds angle brackets, and what names one
("password =>") ends where a bracket follows."""


def _clean(text: str, options: Options) -> str:
    """Return a text without secrets, section by section: the plan is in each call of its task."""
    first, *others = text.split(_BETWEEN)
    if not others:
        return _redact(first, options)
    whole = [f"{first}>", *(f"<{each}>" for each in others[:-1]), f"<{others[-1]}"]
    return "\n\n".join(_redact(each, options) for each in whole)


@lru_cache(maxsize=512)  # charters, rules and cards are in every prompt
def _redact(text: str, options: Options) -> str:
    return redact(text, options)


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
