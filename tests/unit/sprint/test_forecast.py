"""Forecasts repeat, keep within the history, and say when there is too little of it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain.sprint.forecast import Forecast, NotEnough, forecast, per_week

MONDAY = date(2026, 3, 2)
WEEKS = [3, 2, 4, 3, 3, 2, 5, 3]


def made(items: int, weekly: list[int], **more: Any) -> Forecast | NotEnough:
    values: dict[str, Any] = {"start": MONDAY, "last_day": date(2026, 3, 15), "seed": "s"}
    return forecast(items, weekly, **{**values, **more})


def test_under_the_minimum_it_says_how_much_there_is() -> None:
    found = made(5, [2, 1, 3])
    assert isinstance(found, NotEnough)
    assert found.words == "not enough data: n=3 of 8 weeks"
    assert made(5, [0] * 9) == NotEnough(0)


def test_the_same_sprint_shows_the_same_days() -> None:
    assert made(12, WEEKS) == made(12, WEEKS)
    near = {"last_day": date(2026, 3, 30)}
    assert len({str(made(12, WEEKS, seed=str(n), **near)) for n in range(5)}) > 1


def test_an_even_pace_leaves_no_doubt() -> None:
    found = made(6, [3] * 8)
    assert found == Forecast(date(2026, 3, 16), date(2026, 3, 16), 0.0, 8)
    late = made(6, [3] * 8, last_day=date(2026, 3, 16))
    assert isinstance(late, Forecast)
    assert late.chance == 1.0


def test_it_stays_between_the_best_and_the_worst_week() -> None:
    found = made(10, WEEKS)
    assert isinstance(found, Forecast)
    assert date(2026, 3, 16) <= found.p50 <= found.p85 <= date(2026, 4, 6)


@pytest.mark.parametrize(
    ("first", "until", "expected"),
    [
        (date(2026, 3, 2), date(2026, 3, 16), [2, 1]),
        (date(2026, 2, 25), date(2026, 3, 16), [2, 1]),
        (date(2026, 3, 3), date(2026, 3, 16), [1]),
        (date(2026, 3, 9), date(2026, 3, 9), []),
    ],
)
def test_whole_weeks_count_zero_ones_too(first: date, until: date, expected: list[int]) -> None:
    days = (date(2026, 2, 27), MONDAY, date(2026, 3, 8), date(2026, 3, 9), date(2026, 3, 16))
    moments = [datetime(day.year, day.month, day.day, 23, tzinfo=UTC) for day in days]
    assert per_week(moments, first=first, until=until) == expected
