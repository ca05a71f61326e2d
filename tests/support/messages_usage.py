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


@dataclass(frozen=True)
class Prefixes:
    """A prompt's tokens, and what stands before each of its breakpoints, as a digest with tokens.

    As with the real cache, another model or another output schema makes another prefix.
    """

    total: int
    marked: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, body: dict[str, Any]) -> "Prefixes":
        """Return those of a request."""
        config = json.dumps(body.get("output_config"), sort_keys=True)
        state = hashlib.sha256(f"{body.get('model')}{config}".encode())
        total, marked = 0, list[tuple[str, int]]()
        for text, breakpoint_follows in prompt_blocks(body):
            state.update(b"\0" + text.encode())
            total += tokens(text)
            if breakpoint_follows:
                marked.append((state.hexdigest(), total))
        return cls(total, tuple(marked))


class PromptCache:
    """Remembers every prefix that ended in a breakpoint; nothing expires, no minimum length."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def remember(self, prompt: Prefixes) -> None:
        """Let later requests read its prefixes: the real cache has them once an answer begins."""
        self._seen.update(mark for mark, _ in prompt.marked)

    def count(self, prompt: Prefixes) -> Counts:
        """Return how the tokens of a prompt that has just come would be billed."""
        read = max((total for mark, total in prompt.marked if mark in self._seen), default=0)
        marked = max((total for _, total in prompt.marked), default=0)
        return Counts(
            input_tokens=prompt.total - marked,
            cache_creation_input_tokens=marked - read,
            cache_read_input_tokens=read,
        )
