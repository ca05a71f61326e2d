"""A run that is opened late: whose window begins now, whose was missed."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.standup import Window, opened_at

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
WINDOWS = {
    "Asia/Tokyo": Window("Asia/Tokyo", NINE - 8 * HOUR, NINE - 7 * HOUR),
    "Europe/Berlin": Window("Europe/Berlin", NINE, NINE + HOUR),
    "America/New_York": Window("America/New_York", NINE + 6 * HOUR, NINE + 7 * HOUR),
}


def test_in_time_nothing_moves() -> None:
    berlin = {"Europe/Berlin": WINDOWS["Europe/Berlin"]}
    assert opened_at(berlin, NINE + HOUR / 2, within=HOUR) == berlin


def test_late_ones_begin_now_or_were_missed_and_coming_ones_stay() -> None:
    now = NINE + HOUR * 1.5
    made = opened_at(WINDOWS, now, within=2 * HOUR)
    assert made["Europe/Berlin"] == Window("Europe/Berlin", now, now + HOUR)
    assert made["Asia/Tokyo"].missed
    assert made["America/New_York"] == WINDOWS["America/New_York"]


def test_a_long_window_that_is_open_still_is_not_missed() -> None:
    week = {"UTC": Window("UTC", NINE, NINE + 7 * 24 * HOUR)}
    assert opened_at(week, NINE + 6 * 24 * HOUR, within=HOUR) == week


@given(late=st.integers(0, 5_000), length=st.integers(5, 10_000), within=st.integers(10, 4_000))
def test_who_is_asked_has_half_the_window_or_more(late: int, length: int, within: int) -> None:
    """Unless nobody could make up for it any more."""
    minute = timedelta(minutes=1)
    now = NINE + late * minute
    (made,) = opened_at(
        {"UTC": Window("UTC", NINE, NINE + length * minute)}, now, within=within * minute
    ).values()
    left = made.closes_at - now
    assert left * 2 >= length * minute or late > within
    assert made.missed == (late > within and late >= length)
