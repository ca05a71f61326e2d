"""Working time: local, without weekends and holidays, right when the clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.escalation.calendar import Calendar, WorkHours, read_hours
from bot.errors import UserFacingError
from tests.support.examples import examples

BERLIN, KOLKATA, NEW_YORK = "Europe/Berlin", "Asia/Kolkata", "America/New_York"


def local(zone: str, *parts: int) -> datetime:
    """Return what the clock on that wall means, in UTC."""
    return datetime(*parts, tzinfo=ZoneInfo(zone)).astimezone(UTC)  # type: ignore[arg-type,misc]  # year to minute


def calendar(zone: str = BERLIN, words: str = "mon-fri 09:00-18:00", region: str = "") -> Calendar:
    holidays = {date(2026, 12, 25), date(2026, 12, 26), date(2026, 5, 14)}
    hours = WorkHours(words=words, timezone=zone, region=region)
    return Calendar(hours, lambda where, day: where == "DE" and day in holidays)


@pytest.mark.parametrize(
    ("zone", "begin", "hours", "end"),
    [
        # Within a day; to its very end; over the night.
        (BERLIN, (2026, 3, 2, 10, 0), 4, (2026, 3, 2, 14, 0)),
        (BERLIN, (2026, 3, 2, 14, 0), 4, (2026, 3, 2, 18, 0)),
        (BERLIN, (2026, 3, 2, 16, 0), 4, (2026, 3, 3, 11, 0)),
        # Said at night it counts from the morning.
        (BERLIN, (2026, 3, 2, 3, 0), 2, (2026, 3, 2, 11, 0)),
        # Over a weekend.
        (BERLIN, (2026, 3, 6, 17, 0), 2, (2026, 3, 9, 10, 0)),
        # 24 h are a working day, 48 h two; 12 h no more than one.
        (BERLIN, (2026, 3, 4, 10, 0), 24, (2026, 3, 5, 10, 0)),
        (BERLIN, (2026, 3, 6, 10, 0), 48, (2026, 3, 10, 10, 0)),
        (BERLIN, (2026, 3, 4, 10, 0), 12, (2026, 3, 5, 10, 0)),
        # The clocks go forward and back over a weekend: the wall says the same hour.
        (BERLIN, (2026, 3, 27, 17, 0), 2, (2026, 3, 30, 10, 0)),
        (BERLIN, (2026, 10, 23, 17, 0), 2, (2026, 10, 26, 10, 0)),
        (NEW_YORK, (2026, 3, 6, 17, 30), 24, (2026, 3, 9, 17, 30)),
        # A zone with half an hour.
        (KOLKATA, (2026, 3, 2, 16, 30), 2, (2026, 3, 3, 9, 30)),
    ],
)
def test_hours_count_while_one_works(
    zone: str, begin: tuple[int, ...], hours: float, end: tuple[int, ...]
) -> None:
    assert calendar(zone).plus(local(zone, *begin), hours) == local(zone, *end)


def test_holidays_of_the_region_do_not_count() -> None:
    before = local(BERLIN, 2026, 12, 24, 17, 0)
    assert calendar(region="DE").plus(before, 2) == local(BERLIN, 2026, 12, 28, 10, 0)
    assert calendar(region="").plus(before, 2) == local(BERLIN, 2026, 12, 25, 10, 0)
    assert calendar(region="DE").next_open(before + timedelta(hours=2)) == local(
        BERLIN, 2026, 12, 28, 9, 0
    )


def test_a_night_shift_through_the_change_of_clocks_works_an_hour_less() -> None:
    """22:00 to 06:00 on the night of the 29th of March are seven hours."""
    night = calendar(words="mon-sun 22:00-06:00")
    begin = local(BERLIN, 2026, 3, 28, 22, 0)
    assert night.plus(begin, 7) == local(BERLIN, 2026, 3, 29, 6, 0)
    assert night.plus(begin, 8) == local(BERLIN, 2026, 3, 29, 23, 0)
    assert night.next_open(local(BERLIN, 2026, 3, 29, 3, 30)) == local(BERLIN, 2026, 3, 29, 3, 30)
    assert night.next_open(local(BERLIN, 2026, 3, 29, 7, 0)) == local(BERLIN, 2026, 3, 29, 22, 0)


def test_until_tomorrow_is_the_persons_next_working_morning() -> None:
    friday = local(KOLKATA, 2026, 3, 6, 20, 0)
    assert calendar(KOLKATA).next_day(friday) == local(KOLKATA, 2026, 3, 9, 9, 0)
    # Shortly after midnight "tomorrow" is not today.
    assert calendar().next_day(local(BERLIN, 2026, 3, 3, 0, 5)) == local(BERLIN, 2026, 3, 4, 9, 0)
    always = calendar(words="always")
    assert always.next_day(friday) == local(BERLIN, 2026, 3, 7, 9, 0)


def test_who_is_always_there_lives_by_the_clock() -> None:
    saturday = local(BERLIN, 2026, 3, 7, 23, 0)
    assert calendar(words="always").plus(saturday, 24) == saturday + timedelta(hours=24)
    assert calendar(words="always").next_open(saturday) == saturday


def test_who_never_works_does_not_stop_the_timers() -> None:
    never = Calendar(WorkHours(region="DE"), lambda _region, _day: True)
    moment = local(BERLIN, 2026, 3, 2, 10, 0)
    assert never.plus(moment, 4) == moment + timedelta(hours=4)
    assert never.next_open(moment) == moment


ZONES = st.sampled_from([BERLIN, KOLKATA, NEW_YORK, "Australia/Lord_Howe", "UTC"])
WORDS = st.sampled_from(["mon-fri 09:00-18:00", "sun-thu 08:30-17:15", "mon-sun 22:00-06:00"])
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 700 * 24 * 60).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes))
HOURS = st.floats(0.01, 100)


@examples(20)
@given(ZONES, WORDS, MOMENTS, HOURS, HOURS)
def test_time_only_goes_forward(
    zone: str, words: str, moment: datetime, some: float, more: float
) -> None:
    """More hours end later, a later beginning ends later, and nobody is called off hours."""
    days = calendar(zone, words)
    low, high = sorted((some, more))
    end = days.plus(moment, low)
    assert moment <= end <= days.plus(moment, high)
    assert end <= days.plus(moment + timedelta(hours=1), low)
    just_before = end - timedelta(microseconds=1)
    assert days.next_open(just_before) <= just_before


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-fri 09:00-18:00", {0, 1, 2, 3, 4}),
        ("Sun-Thu 8:00-16:30", {6, 0, 1, 2, 3}),
        ("monday, wednesday 10:00-14:00", {0, 2}),
        ("always", set()),
    ],
)
def test_hours_are_read(text: str, days: set[int]) -> None:
    assert read_hours(text)[0] == days


@pytest.mark.parametrize(
    "text",
    ["", "9-5", "mon-fri", "mon-fri 09:00-09:00", "mon-fri 25:00-26:00", "someday 9:00-10:00"],
)
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(UserFacingError, match="no working hours"):
        read_hours(text)
