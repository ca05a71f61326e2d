"""The states of a decision and the moves between them."""

from enum import StrEnum

from bot.errors import TransitionRefused


class DecisionState(StrEnum):
    """MADR's statuses, plus the loop back to the drawing board and two that we must tell apart."""

    PROPOSED = "proposed"
    CHANGES_REQUESTED = "changes-requested"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    """It was accepted until a day that has passed, and nobody renewed it."""
    REJECTED = "rejected"
    DEPRECATED = "deprecated"
    SUPERSEDED = "superseded"
    UNCLEAR = "unclear"
    """Imported with a status that says none of the others for sure; a person says which."""


_S = DecisionState
_MOVES: dict[DecisionState, frozenset[DecisionState]] = {
    _S.PROPOSED: frozenset({_S.ACCEPTED, _S.REJECTED, _S.CHANGES_REQUESTED}),
    _S.CHANGES_REQUESTED: frozenset({_S.PROPOSED, _S.REJECTED}),
    _S.ACCEPTED: frozenset({_S.EXPIRED, _S.DEPRECATED, _S.SUPERSEDED}),
    _S.EXPIRED: frozenset({_S.ACCEPTED, _S.DEPRECATED, _S.SUPERSEDED}),
    _S.REJECTED: frozenset(),
    _S.DEPRECATED: frozenset(),
    _S.SUPERSEDED: frozenset(),
    _S.UNCLEAR: frozenset({_S.ACCEPTED, _S.REJECTED, _S.DEPRECATED}),
}

OPEN = frozenset({_S.PROPOSED, _S.CHANGES_REQUESTED})
"""Not decided yet."""
TERMINAL = frozenset(state for state, targets in _MOVES.items() if not targets)
"""What stays as it is; another decision may only be recorded beside it."""


def move(identifier: str, source: DecisionState, target: DecisionState) -> DecisionState:
    """Return `target` if a decision may go there from `source`; raises TransitionRefused."""
    if target not in _MOVES[source]:
        raise TransitionRefused("decision", identifier, source.value, target.value)
    return target


def can_move(source: DecisionState, target: DecisionState) -> bool:
    """Return whether a decision may go from `source` to `target`."""
    return target in _MOVES[source]
