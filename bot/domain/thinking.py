"""Thinking a hard decision through: which wishes are such, and the numbered thoughts."""

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

NAME = "thinking"
"""The step of the ledger that holds the thoughts."""
MOST = 6
"""Ours: more steps than that nobody reads, and each is a call."""
LONGEST = 600
"""Ours, in characters of one thought."""
_CHOICE = re.compile(
    r"\b(or|vs\.?|versus|instead of|should we|which|choose|choosing|choice|decide|decision)\b",
    re.IGNORECASE,
)
_FOR_LONG = re.compile(
    r"\b(migrat\w*|rewrit\w*|replac\w*|split\w*|decompos\w*|moderni[sz]\w*|monolith\w*|legacy"
    r"|shard\w*|multi-?region|multi-?tenan\w*|event[- ]sourc\w*)\b",
    re.IGNORECASE,
)


class Thinking(BaseModel):
    """How a decision was weighed, step by step; the last thought concludes."""

    model_config = ConfigDict(frozen=True)

    thoughts: tuple[str, ...] = Field(
        description="two to six, in order: the question, what speaks for and against each way, what"
        " is not known, what would change the choice, the conclusion; each at most three sentences"
    )


def is_hard(text: str) -> bool:
    """Whether a wish is a hard decision: a choice that is costly to take back.

    Both must show in its words. A task of one specialist is none: there is nothing to weigh.
    """
    return bool(_CHOICE.search(text) and _FOR_LONG.search(text))


def sound(thinking: Thinking) -> Thinking:
    """Return it with what can be stored and shown: few thoughts, none empty or endless."""
    lines = [" ".join(thought.split())[:LONGEST] for thought in thinking.thoughts]
    return Thinking(thoughts=tuple(line for line in lines if line)[:MOST])


def numbered(thinking: Thinking, at: int) -> dict[str, Any]:
    """Return a thought as the server takes it (`sequentialthinking`); `at` counts from 0."""
    return {
        "thought": thinking.thoughts[at],
        "thoughtNumber": at + 1,
        "totalThoughts": len(thinking.thoughts),
        "nextThoughtNeeded": at + 1 < len(thinking.thoughts),
    }
