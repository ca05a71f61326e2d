"""Buckets: bursts, pace, debt, and what Slack itself says about waiting."""

from datetime import UTC, datetime, timedelta

from bot.clock import ManualClock
from bot.slack.rates import PER_MINUTE, RateBuckets

POST = "chat.postMessage"


def _buckets(seconds: float = 1.0, burst: int = 2) -> tuple[ManualClock, RateBuckets]:
    clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
    return clock, RateBuckets(clock, per_channel_seconds=seconds, burst=burst)


def test_a_burst_then_one_a_second() -> None:
    clock, buckets = _buckets()
    for _ in range(2):
        assert buckets.delay("T", POST, "C") == 0
        buckets.take("T", POST, "C")
    assert 0 < buckets.delay("T", POST, "C") <= 1
    clock.advance(timedelta(seconds=1))
    assert buckets.delay("T", POST, "C") == 0


def test_messages_count_per_channel_and_edits_per_workspace() -> None:
    _, buckets = _buckets(burst=1)
    buckets.take("T", POST, "C1")
    assert buckets.delay("T", POST, "C1") > 0
    assert buckets.delay("T", POST, "C2") == 0

    for _ in range(PER_MINUTE["chat.update"]):
        buckets.take("T", "chat.update", "C1")
    assert buckets.delay("T", "chat.update", "C2") > 0
    assert buckets.delay("T2", "chat.update", "C1") == 0


def test_a_hold_lasts_as_long_as_slack_said() -> None:
    clock, buckets = _buckets()
    buckets.hold("T", POST, "C", seconds=30)
    assert buckets.delay("T", POST, "C") == 30
    assert buckets.delay("T", POST, "C2") == 0
    clock.advance(timedelta(seconds=30))
    assert buckets.delay("T", POST, "C") == 0


def test_without_a_pace_only_slack_slows_us_down() -> None:
    clock, buckets = _buckets(seconds=0)
    for _ in range(100):
        clock.advance(timedelta(milliseconds=1))
        assert buckets.delay("T", POST, "C") == 0
        buckets.take("T", POST, "C")
    buckets.hold("T", POST, "C", seconds=3)
    assert buckets.delay("T", POST, "C") == 3
