"""What routing needs to know of a team, and what it says about a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from bot.domain.playbook import Card
from bot.domain.specialist import Specialist

Kind = Literal["reaction", "answer", "specialist", "pattern"]
Topic = Literal[
    "work", "empty", "emoji", "thanks", "greeting", "consent", "override", "team", "bot",
    "records", "definition", "off-topic", "unclear",
]  # fmt: skip


class TeamData(Protocol):
    """The part of `bot.team.Team` that routing reads."""

    @property
    def specialists(self) -> Mapping[str, Specialist]: ...

    @property
    def cards(self) -> Mapping[str, Card]: ...


@dataclass(frozen=True)
class Ranked:
    """A specialist or card by name, its score and the words of the text that gave it."""

    name: str
    score: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Route:
    """How to treat a request.

    `specialists` are those to ask, best first. `sure` means that no model could know better: a
    greeting, thanks, a question about the team, an override attempt.
    """

    kind: Kind
    topic: Topic
    why: str
    sure: bool = False
    specialists: tuple[Ranked, ...] = ()
    pattern: str | None = None
    cards: tuple[Ranked, ...] = ()
    technologies: tuple[str, ...] = ()
