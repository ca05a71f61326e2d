"""The Messages server with books of its own: which step of which wish it was asked for."""

import re
from collections import deque
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.support import messages_answers as answers
from tests.support.messages_server import MessagesServer
from tests.support.messages_steps import Kind, Step

_WISH = re.compile(r"wish-(\d{4})")
_ASSIGNMENT = re.compile(r"<assignment[^>]*>.*?\bid\W+(a\d+)", re.DOTALL)
SPOILED: frozenset[Kind] = frozenset({"no_json", "incomplete", "max_tokens"})
"""Answers that arrive and are useless: one a step, for a second one would end the assignment."""


@dataclass
class Made:
    """One request: the wish, the step, what was done with it."""

    wish: str
    step: str
    kind: Kind
    answered: bool = False


class CountedClaude(MessagesServer):
    """Keeps a list of requests, and saves faults for those that they do not ruin."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.made: list[Made] = []
        self.faults: deque[Step] = deque()

    def _next(self, body: dict[str, Any]) -> Step:
        if not self.faults:
            return super()._next(body)
        step = self.faults[0]
        if step.kind in SPOILED and self._was_spoiled(*_about(body)):
            return super()._next(body)
        return self.faults.popleft()

    def _was_spoiled(self, wish: str, name: str) -> bool:
        return any(
            made.kind in SPOILED and (made.wish, made.step) == (wish, name) for made in self.made
        )

    async def _treat(
        self, request: web.Request, body: dict[str, Any], step: Step
    ) -> web.StreamResponse:
        made = Made(*_about(body), step.kind)
        self.made.append(made)
        response = await super()._treat(request, body, step)
        made.answered = True
        return response


def _about(body: dict[str, Any]) -> tuple[str, str]:
    """Return wish and step of a request."""
    text = answers.prompt_text(body)
    wish = _WISH.search(text)
    title = str((answers.wanted_schema(body) or {}).get("title", ""))
    if title == "SpecialistOutput":
        found = _ASSIGNMENT.search(text)
        title = f"work:{found[1]}" if found else title
    return (wish[0] if wish else "", title)
