"""A decision in MADR 4's terms, its states and the moves between them."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from bot.errors import TransitionRefused


class DecisionState(StrEnum):
    """MADR's statuses, plus the loop back to the drawing board."""

    PROPOSED = "proposed"
    CHANGES_REQUESTED = "changes-requested"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DEPRECATED = "deprecated"
    SUPERSEDED = "superseded"


_MOVES: dict[DecisionState, frozenset[DecisionState]] = {
    DecisionState.PROPOSED: frozenset(
        {DecisionState.ACCEPTED, DecisionState.REJECTED, DecisionState.CHANGES_REQUESTED}
    ),
    DecisionState.CHANGES_REQUESTED: frozenset({DecisionState.PROPOSED, DecisionState.REJECTED}),
    DecisionState.ACCEPTED: frozenset({DecisionState.DEPRECATED, DecisionState.SUPERSEDED}),
    DecisionState.REJECTED: frozenset({DecisionState.PROPOSED}),
    DecisionState.DEPRECATED: frozenset(),
    DecisionState.SUPERSEDED: frozenset(),
}


class DecisionOption(BaseModel):
    """One way that was considered."""

    model_config = ConfigDict(frozen=True)

    title: str
    good: tuple[str, ...] = ()
    neutral: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()


class DecisionProposal(BaseModel):
    """What the lead proposes to decide, before anybody has."""

    model_config = ConfigDict(frozen=True)

    title: str = Field(description="the outcome as a noun phrase, at most 80 characters")
    context: str = Field(description="the problem, two or three sentences")
    drivers: tuple[str, ...] = ()
    options: tuple[DecisionOption, ...] = ()
    outcome: str = Field(description="chosen option and because, one or two sentences")
    consequences: tuple[str, ...] = ()
    confirmation: str = Field(default="", description="how one sees that it is followed")
    services: tuple[str, ...] = Field(default=(), description="affected services")
    specialists: tuple[str, ...] = Field(default=(), description="who implements it")


def move(identifier: str, source: DecisionState, target: DecisionState) -> DecisionState:
    """Return `target` if a decision may go there from `source`; raises TransitionRefused."""
    if target not in _MOVES[source]:
        raise TransitionRefused("decision", identifier, source.value, target.value)
    return target
