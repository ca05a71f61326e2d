"""Buckets: bursts, pace, debt, and what Slack itself says about waiting."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lanes import bucket
from bot.slack.rates import PER_MINUTE, Bucket, Pace, Paces

POST = "chat.postMessage"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
PACE = Pace(per_second=1.0, capacity=2.0)


def _after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_burst_then_one_a_second() -> None:
    full = PACE.full(NOW)
    used = full.take(PACE, NOW).take(PACE, NOW)
    assert full.take(PACE, NOW).free_at(PACE) == NOW
    assert used.free_at(PACE) == _after(1)
    assert used.take(PACE, _after(1)).free_at(PACE) == _after(2)


def test_messages_count_per_channel_and_edits_per_workspace() -> None:
    def key(method: str, channel: str, workspace: str = "T") -> str:
        return bucket(workspace_id=workspace, channel_id=channel, method=method)

    assert key(POST, "C1") != key(POST, "C2")
    assert key("chat.update", "C1") == key("chat.update", "C2")
    assert key("chat.update", "C1") != key("chat.update", "C1", "T2")


def test_every_method_has_its_own_pace() -> None:
    paces = Paces(per_channel_seconds=2, burst=4)
    assert paces.of(POST) == Pace(per_second=0.5, capacity=4)
    assert paces.of("chat.update").per_second * 60 == PER_MINUTE["chat.update"]
    assert paces.of("unheard.of").capacity >= 1


def test_a_hold_lasts_as_long_as_slack_said() -> None:
    held = PACE.full(NOW).hold(PACE, NOW, seconds=30)
    assert held.free_at(PACE) == _after(30)
    assert held.hold(PACE, _after(1), seconds=5).free_at(PACE) == _after(30)
    # One goes when the silence is over, not a whole burst.
    assert held.take(PACE, _after(30)).free_at(PACE) >= _after(30)


def test_without_a_pace_only_slack_slows_us_down() -> None:
    pace = Paces(per_channel_seconds=0, burst=1).of(POST)
    used = pace.full(NOW)
    for _ in range(1000):
        used = used.take(pace, NOW)
    assert used.free_at(pace) <= NOW
    assert used.hold(pace, NOW, seconds=3).free_at(pace) == _after(3)


def test_a_clock_that_is_behind_gains_nothing() -> None:
    """Another machine's clock may be some seconds ahead."""
    used = Bucket(tokens=0.0, since=_after(5))
    assert used.take(PACE, NOW) == Bucket(tokens=-1.0, since=_after(5))


moments = st.lists(st.floats(0, 30, allow_nan=False), min_size=1, max_size=40)
paces = st.builds(Pace, per_second=st.floats(0.05, 50), capacity=st.integers(1, 20).map(float))


@given(paces, moments)
def test_no_more_calls_than_the_pace_allows(pace: Pace, waits: list[float]) -> None:
    """Whoever calls only when free never makes more than a burst and the pace's calls."""
    used, now, calls = pace.full(NOW), NOW, 0
    for wait in waits:
        now += timedelta(seconds=wait)
        while used.free_at(pace) <= now and calls < 2_000:
            used = used.take(pace, now)
            calls += 1
    passed = (now - NOW).total_seconds()
    assert calls <= pace.capacity + passed * pace.per_second + 1e-3


@given(paces, moments)
def test_who_waits_until_it_is_free_may_call(pace: Pace, waits: list[float]) -> None:
    """`free_at` is the moment itself: a call then leaves no debt worth a microsecond."""
    used = pace.full(NOW)
    for _ in waits:
        free = used.free_at(pace)
        assert used.free_at(pace) <= max(free, used.since)
        used = used.take(pace, free)
        assert used.tokens >= -1e-6 * max(1.0, pace.per_second)


@given(paces, st.floats(0, 3600), st.floats(0, 3600))
def test_nothing_is_free_during_a_hold(pace: Pace, first: float, second: float) -> None:
    used = pace.full(NOW).hold(pace, NOW, seconds=first).hold(pace, NOW, seconds=second)
    assert used.free_at(pace) >= NOW + timedelta(seconds=max(first, second))
