"""Counts tokens for the Messages test server, with a prompt cache that works by breakpoints."""

import hashlib
import json
import math
from dataclasses import dataclass
from typing import Any

from tests.support.messages_answers import prompt_blocks

CHARS_PER_TOKEN = 3.5


def tokens(text: str) -> int:
    """Return the tokens of a text by its length."""
    return math.ceil(len(text) / CHARS_PER_TOKEN)


@dataclass(frozen=True)
class Counts:
    """Input tokens by kind, in the API's own names."""

    input_tokens: int
    cache_creation_input_tokens: int
    cache_read_input_tokens: int


class PromptCache:
    """Remembers every prefix that ended in a breakpoint; nothing expires, no minimum length.

    As with the real one, another model or another output schema is another cache.
    """

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def count(self, body: dict[str, Any]) -> Counts:
        """Return how the prompt's tokens would be billed, and remember its prefixes."""
        config = json.dumps(body.get("output_config"), sort_keys=True)
        state = hashlib.sha256(f"{body.get('model')}{config}".encode())
        total = read = marked = 0
        for text, breakpoint_follows in prompt_blocks(body):
            state.update(b"\0" + text.encode())
            total += tokens(text)
            if not breakpoint_follows:
                continue
            marked = total
            if state.hexdigest() in self._seen:
                read = total
            self._seen.add(state.hexdigest())
        return Counts(
            input_tokens=total - marked,
            cache_creation_input_tokens=marked - read,
            cache_read_input_tokens=read,
        )
