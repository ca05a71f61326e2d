"""The words of blocks without the blocks, for servers and moments that refuse the form."""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.slack.post import Block


def plain_text(blocks: Sequence[Block]) -> str:
    """Return all text of a message's blocks in order, as mrkdwn; buttons are left out."""
    return "\n\n".join(text for block in blocks for text in _texts(block) if text.strip())


def _texts(block: Block) -> Iterator[str]:
    match block.get("type"):
        case "section" | "header":
            yield _text(block.get("text"))
        case "context":
            yield " ".join(_text(element) for element in block.get("elements", ()))
        case "markdown":
            yield str(block.get("text", ""))
        case _:
            return


def _text(value: Any) -> str:
    return str(value.get("text", "")) if isinstance(value, dict) else ""
