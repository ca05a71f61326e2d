"""Turns what a tool returned into text, whatever kinds of content it is made of."""

import json
from collections.abc import Iterable
from typing import Any

from bot.domain.tool_call import storable
from bot.domain.tool_capability import says_it_failed
from bot.tools.port import Told


def told(content: Iterable[Any], structured: Any, *, is_error: bool) -> Told:
    """Return a result's text; one that says in words that it failed has failed."""
    text = "\n\n".join(part for part in map(_text, content) if part)
    if not text and structured is not None:
        text = json.dumps(structured, ensure_ascii=False, indent=1)
    text = storable(text).strip()
    return Told(text=text, failed=is_error or says_it_failed(text))


def _text(block: Any) -> str:
    """Return a content block as text; pictures and sounds are named, not shown."""
    kind = getattr(block, "type", "")
    if kind == "text":
        return str(block.text)
    if kind == "resource":
        inside = block.resource
        shown = getattr(inside, "text", None)
        return str(shown) if shown is not None else f"[{inside.uri}: not text]"
    if kind == "resource_link":
        return f"[{block.uri}]"
    return f"[{getattr(block, 'mime_type', None) or kind or 'something'}: not text]"
