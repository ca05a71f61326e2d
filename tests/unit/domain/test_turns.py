"""Who goes next: priority, then fairness between channels, then patience."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.turns import ESCALATION, Waiting, choose

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def waiting(name: str, channel: str, *, priority: int = 0, second: int = 0) -> Waiting:
    """Return a task that waits since some seconds after noon."""
    return Waiting(name, ("W1", channel), priority, NOON + timedelta(seconds=second))


def test_the_longest_waiting_goes_first() -> None:
    tasks = [waiting("late", "A", second=2), waiting("early", "A", second=1)]
    assert choose(tasks, {}, room=5) == ["early", "late"]


def test_one_channels_flood_does_not_starve_another() -> None:
    flood = [waiting(f"a{number}", "A", second=number) for number in range(100)]
    chosen = choose([*flood, waiting("b", "B", second=200)], {("W1", "A"): 3}, room=2)
    assert chosen == ["b", "a0"]


def test_what_cannot_wait_goes_before_everything() -> None:
    tasks = [waiting("wish", "B"), waiting("page", "A", priority=ESCALATION, second=9)]
    assert choose(tasks, {("W1", "A"): 50}, room=1) == ["page"]


@given(
    st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 1), st.integers(0, 50)), max_size=30),
    st.dictionaries(st.sampled_from("ABC"), st.integers(0, 5)),
    st.integers(0, 12),
)
def test_turns_are_shared_evenly(
    given_: list[tuple[str, int, int]], busy: dict[str, int], room: int
) -> None:
    """As many as there is room for, each once, and no channel two ahead of one that waits."""
    tasks = [
        waiting(str(number), channel, priority=priority, second=second)
        for number, (channel, priority, second) in enumerate(given_)
    ]
    at_work = {("W1", channel): count for channel, count in busy.items()}
    chosen = choose(tasks, at_work, room=room)
    assert len(chosen) == len(set(chosen)) == min(room, len(tasks))
    by_id = {task.task_id: task for task in tasks}
    left = [task for task in tasks if task.task_id not in chosen]
    assert all(by_id[task_id].priority >= other.priority for task_id in chosen for other in left)
    load = Counter(at_work) + Counter(by_id[task_id].channel for task_id in chosen)
    for other in left:
        for task_id in chosen:
            one = by_id[task_id]
            if one.priority == other.priority:
                assert (
                    load[one.channel] <= max(load[other.channel], at_work.get(one.channel, 0)) + 1
                )
