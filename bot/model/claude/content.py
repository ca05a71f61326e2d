"""Keeps a message's blocks as they came: with a tool's result they have to be sent back whole."""

import json
from typing import Any

_JOINED = {
    "text_delta": "text",
    "thinking_delta": "thinking",
    "signature_delta": "signature",
    "input_json_delta": "input",
}
"""A delta's type -> the field that it lengthens; in the delta itself an input is `partial_json`."""
_KEPT = frozenset({"text", "thinking", "redacted_thinking", "tool_use"})


class Content:
    """Collects blocks from stream events or a whole body; those of unknown kinds are left out."""

    def __init__(self) -> None:
        self._blocks: list[dict[str, Any]] = []
        self._parts: list[dict[str, list[str]]] = []

    def start(self, block: dict[str, Any]) -> None:
        """Take in a block's beginning."""
        self._blocks.append(dict(block))
        self._parts.append({})

    def lengthen(self, delta: dict[str, Any]) -> None:
        """Take in a piece of the block that is open; some servers begin none, then it is text."""
        if not self._blocks:
            self.start({"type": "text"})
        field = _JOINED.get(str(delta["type"]))
        if field is not None:
            piece = delta["partial_json" if field == "input" else field]
            self._parts[-1].setdefault(field, []).append(str(piece or ""))

    def whole(self, blocks: list[dict[str, Any]]) -> None:
        """Take in all blocks at once."""
        for block in blocks:
            self.start(block)

    @property
    def calls(self) -> bool:
        """Whether the model called a tool."""
        return any(block.get("type") == "tool_use" for block in self._blocks)

    def blocks(self) -> tuple[dict[str, Any], ...]:
        """Return the blocks. Raises ValueError for a tool's input that is no JSON."""
        made = zip(self._blocks, self._parts, strict=True)
        whole = [_joined(block, parts) for block, parts in made]
        return tuple(block for block in whole if block.get("type") in _KEPT and _says(block))


def _joined(block: dict[str, Any], parts: dict[str, list[str]]) -> dict[str, Any]:
    for field, pieces in parts.items():
        text = "".join(pieces)
        if field == "input":
            block = {**block, "input": json.loads(text) if text.strip() else {}}
        else:
            block = {**block, field: f"{block.get(field) or ''}{text}"}
    return block


def _says(block: dict[str, Any]) -> bool:
    """Whether a block may be sent back: the API refuses empty texts."""
    return block["type"] != "text" or bool(str(block.get("text") or "").strip())
