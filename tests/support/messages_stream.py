"""Shapes the Messages test server's replies: messages, events of a stream, errors."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from tests.support.messages_usage import Counts

_CHUNK = 200
"""Characters of a delta, near what the real API sends at once."""


@dataclass(frozen=True)
class Message:
    """A finished message, before it is cut into events."""

    id: str
    model: str
    text: str
    counts: Counts
    output_tokens: int
    stop_reason: str = "end_turn"
    thinking: str = ""
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()

    def content(self) -> list[dict[str, Any]]:
        """Return the blocks; thinking comes first, as with the real models."""
        blocks: list[dict[str, Any]] = []
        if self.thinking:
            blocks.append({"type": "thinking", "thinking": self.thinking, "signature": "c2ln"})
        if self.text:
            blocks.append({"type": "text", "text": self.text})
        for number, (name, given) in enumerate(self.calls):
            call = {"type": "tool_use", "id": f"toolu_{self.id}_{number}", "name": name}
            blocks.append({**call, "input": given})
        return blocks

    def body(self) -> dict[str, Any]:
        """Return the whole message, as a request without streaming gets it."""
        return {
            "id": self.id,
            "type": "message",
            "role": "assistant",
            "model": self.model,
            "content": self.content(),
            "stop_reason": self.stop_reason,
            "stop_sequence": None,
            "usage": {**asdict(self.counts), "output_tokens": self.output_tokens},
        }


def events(message: Message) -> Iterator[bytes]:
    """Yield the events of a message's stream, one encoded event each."""
    start = {**message.body(), "content": [], "stop_reason": None}
    start["usage"] = {**asdict(message.counts), "output_tokens": min(1, message.output_tokens)}
    yield event("message_start", message=start)
    yield event("ping")
    for index, block in enumerate(message.content()):
        yield from _block(index, block)
    yield event(
        "message_delta",
        delta={"stop_reason": message.stop_reason, "stop_sequence": None},
        usage={"output_tokens": message.output_tokens},
    )
    yield event("message_stop")


def _block(index: int, block: dict[str, Any]) -> Iterator[bytes]:
    name = block["type"]
    if name == "tool_use":
        yield event("content_block_start", index=index, content_block={**block, "input": {}})
        text = json.dumps(block["input"])
        for start in range(0, len(text), _CHUNK // 10):
            piece = {"type": "input_json_delta", "partial_json": text[start : start + _CHUNK // 10]}
            yield event("content_block_delta", index=index, delta=piece)
        yield event("content_block_stop", index=index)
        return
    empty = {**block, name: ""} | ({"signature": ""} if name == "thinking" else {})
    yield event("content_block_start", index=index, content_block=empty)
    for start in range(0, len(block[name]), _CHUNK):
        piece = block[name][start : start + _CHUNK]
        yield event(
            "content_block_delta", index=index, delta={"type": f"{name}_delta", name: piece}
        )
    if name == "thinking":
        delta = {"type": "signature_delta", "signature": block["signature"]}
        yield event("content_block_delta", index=index, delta=delta)
    yield event("content_block_stop", index=index)


def event(name: str, **fields: Any) -> bytes:
    """Return one server-sent event."""
    data = json.dumps({"type": name, **fields}, ensure_ascii=False)
    return f"event: {name}\ndata: {data}\n\n".encode()


def error_body(kind: str, message: str, **details: str) -> dict[str, Any]:
    """Return an error in the API's shape."""
    shown = {"details": details} if details else {}
    return {"type": "error", "error": {"type": kind, "message": message, **shown}}
