"""A task's moves: the whole table, and what any sequence of moves must keep true."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain.task import ENDED, OPEN, TaskState, move
from bot.errors import TransitionRefused

A, P, Y, W, S, H, D, X, F = TaskState
"""In the order of their definition; H is "paused" (held), X "stopped"."""

ALLOWED: dict[TaskState, set[TaskState]] = {
    A: {P, H, X, F},
    P: {Y, W, D, H, X, F},
    Y: {P, W, H, X, F},
    W: {S, D, H, X, F},
    S: {D, H, X, F},
    H: {P, Y, W, S, X, F},
    D: {P},
    X: {P, Y, W, S},
    F: {P, Y, W, S},
}


@pytest.mark.parametrize("source", TaskState)
@pytest.mark.parametrize("target", TaskState)
def test_every_move(source: TaskState, target: TaskState) -> None:
    if target is source or target in ALLOWED[source]:
        assert move("T-1", source, target) is target
    else:
        with pytest.raises(TransitionRefused) as refused:
            move("T-1", source, target)
        assert refused.value.sentence() == f"T-1 is {source} and cannot become {target}."


def test_open_and_ended_share_out_the_states() -> None:
    assert set(TaskState) == OPEN | ENDED
    assert not OPEN & ENDED


class TaskLife(RuleBasedStateMachine):
    """Moves at random; refused moves change nothing."""

    state = TaskState.ACCEPTED
    seen: list[TaskState]

    @initialize()
    def begin(self) -> None:
        self.seen = [TaskState.ACCEPTED]

    @rule(target_state=st.sampled_from(TaskState))
    def try_to_move(self, target_state: TaskState) -> None:
        try:
            self.state = move("T-1", self.state, target_state)
        except TransitionRefused:
            return
        self.seen.append(self.state)

    @precondition(lambda self: self.state in OPEN)
    @rule()
    def can_always_be_stopped(self) -> None:
        self.state = move("T-1", self.state, TaskState.STOPPED)
        self.seen.append(self.state)

    @precondition(lambda self: self.state in ENDED)
    @rule()
    def can_always_be_taken_up_again(self) -> None:
        self.state = move("T-1", self.state, TaskState.PLANNING)
        self.seen.append(self.state)

    @invariant()
    def nothing_is_done_that_was_not_worked(self) -> None:
        for before, after in zip(self.seen, self.seen[1:], strict=False):
            if after is TaskState.DONE and before is not TaskState.DONE:
                assert before in {TaskState.PLANNING, TaskState.WORKING, TaskState.SYNTHESISING}

    @invariant()
    def nobody_goes_back_to_accepted(self) -> None:
        moves = zip(self.seen, self.seen[1:], strict=False)
        assert not any(b is not a and a is TaskState.ACCEPTED for b, a in moves)


TestTaskLife = TaskLife.TestCase
