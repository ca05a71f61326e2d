"""What is said behind `/lead schedule standup`: name, window, holidays, days off; and said back."""

from datetime import UTC, date, datetime

import pytest

from bot.domain.days import Span
from bot.domain.schedule import Slot
from bot.domain.schedule.request import read_regions, read_request, read_window
from bot.domain.schedule.spoken import coming_words, window_words, work_day_words
from bot.domain.schedule.timetable import BY_HAND
from bot.errors import UserFacingError

TODAY = date(2026, 11, 26)
ALL = (
    '"Platform standup" weekdays 09:30 Europe/Berlin, America/New_York for 45 min '
    "holidays de-by, US-NY off 24 Dec to 2 Jan, 5 May"
)


def test_everything_at_once() -> None:
    said = read_request(ALL, today=TODAY)
    assert (said.name, said.window_minutes) == ("Platform standup", 45)
    assert said.when.words == "weekdays 09:30"
    assert said.when.zones == ("Europe/Berlin", "America/New_York")
    assert said.regions == ("DE-BY", "US-NY")
    assert said.days_off == (
        Span(date(2026, 12, 24), date(2027, 1, 2)),
        Span(date(2027, 5, 5), date(2027, 5, 5)),
    )


def test_what_is_not_said_is_left_open() -> None:
    said = read_request("every Monday 10:00", today=TODAY)
    assert (said.name, said.regions, said.days_off, said.window_minutes) == ("", (), (), None)


def test_a_phone_s_quotes_and_days_of_a_window() -> None:
    said = read_request("“Review  of things” Fri 10:00 open for 3 days", today=TODAY)
    assert (said.name, said.window_minutes) == ("Review of things", 3 * 24 * 60)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("45", 45), ("45 min", 45), ("2h", 120), ("1 hour", 60), ("2 Days", 2_880), ("90 mins.", 90)],
)
def test_windows(text: str, minutes: int) -> None:
    assert read_window(text) == minutes


@pytest.mark.parametrize("text", ["", "long", "2 moons", "h", "-5", "2 months"])
def test_no_window(text: str) -> None:
    with pytest.raises(UserFacingError, match="no length of time"):
        read_window(text)


def test_no_region() -> None:
    with pytest.raises(UserFacingError, match="“BAVARIA” is no region"):
        read_regions("DE, bavaria")


@pytest.mark.parametrize(
    ("minutes", "words"), [(45, "45 min"), (120, "2 h"), (1_440, "1 day"), (4_320, "3 days")]
)
def test_a_window_is_said_back(minutes: int, words: str) -> None:
    assert window_words(minutes) == words
    assert read_window(words) == minutes


def test_work_days_are_said_back() -> None:
    assert work_day_words((0, 1, 2, 3, 4)) == "Mon-Fri"
    assert work_day_words((0, 1, 2, 3, 6)) == "Mon, Tue, Wed, Thu, Sun"


def slot(day: int, skipped: str = "", *zones: str) -> Slot:
    return Slot(datetime(2026, 12, day, 8, 30, tzinfo=UTC), zones or ("Europe/Berlin",), skipped)


def test_what_is_skipped_in_a_row_is_one_line() -> None:
    slots = [
        slot(23, BY_HAND),
        slot(24, "day off"),
        slot(25, "day off"),
        slot(28, "Christmas"),
        slot(29),
    ]
    assert coming_words(slots) == [
        "Wed 23 Dec: skipped by hand",
        "Thu 24 Dec to Fri 25 Dec: day off, skipped",
        "Mon 28 Dec: Christmas, skipped",
        "Tue 29 Dec 09:30",
    ]


def test_what_comes_once_a_year_has_its_year() -> None:
    """Five times “15 Dec 10:00” says nothing."""
    once = [
        Slot(datetime(year, 12, 15, 9, tzinfo=UTC), ("Europe/Berlin",)) for year in (2026, 2027)
    ]
    assert coming_words(once) == ["Tue 15 Dec 2026 10:00", "Wed 15 Dec 2027 10:00"]


def test_of_several_zones_each_time_says_where() -> None:
    both = slot(29, "", "America/New_York", "America/Toronto")
    assert coming_words([both], zones=3) == ["Tue 29 Dec 03:30 New York, Toronto"]
