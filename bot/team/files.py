"""What has been read of a team's files so far, and where each thing came from."""

from dataclasses import dataclass, field
from typing import Literal

from bot.domain.pattern import Pattern
from bot.domain.playbook import Card
from bot.domain.specialist import Specialist
from bot.team.front_matter import Source

Folder = Literal["charters", "patterns", "playbooks"]


def _nothing_made() -> dict[Folder, set[str]]:
    return {"charters": set(), "patterns": set(), "playbooks": set()}


@dataclass
class Files:
    """Later files of the same name replace earlier ones; `made` remembers what was removed too."""

    charters: dict[str, Specialist] = field(default_factory=dict)
    patterns: dict[str, Pattern] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    sources: dict[tuple[Folder, str], Source] = field(default_factory=dict)
    made: dict[Folder, set[str]] = field(default_factory=_nothing_made)

    def copy(self) -> "Files":
        """Return the same files in dictionaries of their own."""
        return Files(
            charters=dict(self.charters),
            patterns=dict(self.patterns),
            cards=dict(self.cards),
            texts=dict(self.texts),
            sources=dict(self.sources),
            made={folder: set(names) for folder, names in self.made.items()},
        )
