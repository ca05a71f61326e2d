"""A service architecture as it is proposed: boundaries, communication, consistency, deployment."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.service import DependencyKind, Edge, key_of

MOST_SERVICES = 20
"""Ours: a picture of more cannot be read."""


class ServiceBoundary(BaseModel):
    """One service."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(description="short name, e.g. orders")
    responsibility: str = Field(description="what it is for, one sentence")
    owns: tuple[str, ...] = Field(default=(), description="data that only it writes")


class CommunicationPattern(BaseModel):
    """How one service uses another."""

    model_config = ConfigDict(frozen=True)

    source: str = Field(description="name of the service that uses the other")
    target: str = Field(description="name of the service that is used")
    kind: DependencyKind
    what: str = Field(description="what passes between them, one sentence with the reason")


class ServiceArchitecture(BaseModel):
    """The seed's ServiceArchitecture, with the plan to get there and what is not known."""

    model_config = ConfigDict(frozen=True)

    domain: str = Field(description="the domain in at most 60 characters")
    boundaries: tuple[ServiceBoundary, ...] = ()
    communication: tuple[CommunicationPattern, ...] = ()
    consistency: Literal["strong", "eventual", "mixed"]
    consistency_reason: str = Field(description="where it is strong, where eventual, and why")
    deployment: str = Field(description="how the services are released and run, two sentences")
    steps: tuple[str, ...] = Field(default=(), description="the way there, in order, at most six")
    assumptions: tuple[str, ...] = ()
    questions: tuple[str, ...] = Field(default=(), description="what would change it")
    sources: tuple[str, ...] = Field(default=(), description="names of the playbook cards used")

    def edges(self) -> tuple[Edge, ...]:
        """Return the communication as a graph of the services' names."""
        return tuple(Edge(item.source, item.target, item.kind) for item in self.communication)


def sound(proposed: ServiceArchitecture) -> ServiceArchitecture:
    """Return it with what can be drawn: no service twice, no line to a service that is not there.

    What is left out is said among the assumptions.
    """
    boundaries: dict[str, ServiceBoundary] = {}
    for boundary in proposed.boundaries:
        if boundary.name.strip():
            boundaries.setdefault(key_of(boundary.name), boundary)
    kept = dict(list(boundaries.items())[:MOST_SERVICES])
    lines: dict[tuple[str, str], CommunicationPattern] = {}
    dropped: list[str] = []
    for item in proposed.communication:
        ends = (key_of(item.source), key_of(item.target))
        if ends[0] == ends[1] or not set(ends) <= kept.keys():
            dropped.append(f"Left out: {item.source} to {item.target}, which are not both above.")
            continue
        names = {"source": kept[ends[0]].name, "target": kept[ends[1]].name}
        lines.setdefault(ends, item.model_copy(update=names))
    if len(boundaries) > len(kept):
        dropped.append(f"Left out: {len(boundaries) - len(kept)} services beyond {MOST_SERVICES}.")
    return proposed.model_copy(
        update={
            "boundaries": tuple(kept.values()),
            "communication": tuple(lines.values()),
            "assumptions": (*proposed.assumptions, *dropped),
        }
    )
