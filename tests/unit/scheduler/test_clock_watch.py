"""A clock that is turned back under a running process, e.g. by NTP that corrects a wrong one."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from scheduler.clock_watch import LEAST, ClockWatch

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


class _Clocks:
    """One on the wall, and one that only goes forward."""

    def __init__(self) -> None:
        self.wall, self.forward = NOON, 100.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.forward

    def passes(self, seconds: float, *, turned: timedelta = timedelta()) -> None:
        self.wall += timedelta(seconds=seconds) + turned
        self.forward += seconds


@pytest.mark.parametrize(
    ("turned", "seen"),
    [
        (timedelta(), False),
        (-timedelta(hours=1), True),
        (-LEAST, True),
        (timedelta(days=1), False),
        (-timedelta(seconds=1), False),
    ],
)
async def test_only_backwards_is_seen_to_and_once(turned: timedelta, seen: bool) -> None:
    clocks, calls = _Clocks(), list[int]()

    async def call() -> None:
        calls.append(1)

    watch = ClockWatch(cast(Any, clocks), call)
    clocks.passes(5, turned=turned)
    assert await watch.look() is seen
    clocks.passes(5)
    assert await watch.look() is False
    assert len(calls) == seen


async def test_what_could_not_be_seen_to_is_tried_again() -> None:
    clocks, calls = _Clocks(), list[int]()

    async def call() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise OSError

    watch = ClockWatch(cast(Any, clocks), call)
    clocks.passes(5, turned=-timedelta(hours=1))
    with pytest.raises(OSError):  # noqa: PT011 - the one from above
        await watch.look()
    assert await watch.look() is True
    assert await watch.look() is False
