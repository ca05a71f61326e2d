"""A decision's moves: the whole table, and that a closed one stays closed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.decision import DecisionState, move
from bot.errors import TransitionRefused

S = DecisionState

ALLOWED: dict[DecisionState, set[DecisionState]] = {
    S.PROPOSED: {S.ACCEPTED, S.REJECTED, S.CHANGES_REQUESTED},
    S.CHANGES_REQUESTED: {S.PROPOSED, S.REJECTED},
    S.ACCEPTED: {S.EXPIRED, S.DEPRECATED, S.SUPERSEDED},
    S.EXPIRED: {S.ACCEPTED, S.DEPRECATED, S.SUPERSEDED},
    S.REJECTED: set(),
    S.DEPRECATED: set(),
    S.SUPERSEDED: set(),
    S.UNCLEAR: {S.ACCEPTED, S.REJECTED, S.DEPRECATED},
}


@pytest.mark.parametrize("source", DecisionState)
@pytest.mark.parametrize("target", DecisionState)
def test_every_move(source: DecisionState, target: DecisionState) -> None:
    if target in ALLOWED[source]:
        assert move("D-1", source, target) is target
    else:
        # Staying is refused too: the second click on a button must not count again.
        end = "already" if source is target else f"and cannot become {target}"
        with pytest.raises(TransitionRefused, match=f"D-1 is {source} {end}"):
            move("D-1", source, target)


@given(st.lists(st.sampled_from(DecisionState), max_size=30))
def test_an_accepted_decision_is_never_open_again(wishes: list[DecisionState]) -> None:
    state, was_accepted = S.PROPOSED, False
    for wish in wishes:
        try:
            state = move("D-1", state, wish)
        except TransitionRefused:
            continue
        was_accepted = was_accepted or state is S.ACCEPTED
        if was_accepted:
            assert state in {S.ACCEPTED, S.EXPIRED, S.DEPRECATED, S.SUPERSEDED}
