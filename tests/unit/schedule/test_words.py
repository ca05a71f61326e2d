"""What people write about times: understood, or answered with one clear sentence."""

from datetime import UTC, date, datetime, time
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.schedule import Place, Timetable, read_rule, read_when
from bot.errors import UserFacingError
from tests.support.examples import examples

TODAY = date(2026, 11, 26)  # a Thursday
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def moments(words: str, count: int = 4) -> list[str]:
    when = read_when(words, today=TODAY)
    table = Timetable(when.rule, tuple(Place(zone) for zone in when.zones or ("UTC",)))
    slots = islice(table.slots(NOON, holiday=lambda *_: ""), count)
    return [f"{slot.at:%a %d %b %H:%M}" for slot in slots]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("weekdays 09:30 Europe/Berlin", ["Fri 27 Nov 08:30", "Mon 30 Nov 08:30"]),
        ("09:30", ["Fri 27 Nov 09:30", "Mon 30 Nov 09:30"]),
        ("every Monday 10:00", ["Mon 30 Nov 10:00", "Mon 07 Dec 10:00"]),
        ("Mon,Wed 9am", ["Mon 30 Nov 09:00", "Wed 02 Dec 09:00", "Mon 07 Dec 09:00"]),
        ("Mondays and Thursdays at 9:05 p.m.", ["Thu 26 Nov 21:05", "Mon 30 Nov 21:05"]),
        ("monday to wednesday at 8", ["Mon 30 Nov 08:00", "Tue 01 Dec 08:00", "Wed 02 Dec 08:00"]),
        ("Fri-Mon noon", ["Fri 27 Nov 12:00", "Sat 28 Nov 12:00", "Sun 29 Nov 12:00"]),
        ("daily 8 am and 4 pm", ["Thu 26 Nov 16:00", "Fri 27 Nov 08:00", "Fri 27 Nov 16:00"]),
        ("weekends 10:00", ["Sat 28 Nov 10:00", "Sun 29 Nov 10:00", "Sat 05 Dec 10:00"]),
        ("every 2 weeks on Friday 15:00", ["Fri 27 Nov 15:00", "Fri 11 Dec 15:00"]),
        ("every other Friday at 3pm", ["Fri 27 Nov 15:00", "Fri 11 Dec 15:00"]),
        ("every third Tuesday 10:00", ["Tue 01 Dec 10:00", "Tue 22 Dec 10:00"]),
        ("every 2 weeks on Fri 15:00 starting 4 Dec", ["Fri 04 Dec 15:00", "Fri 18 Dec 15:00"]),
        ("weekdays 10:00 from Monday", ["Thu 26 Nov 10:00", "Mon 30 Nov 10:00"][1:]),
        ("first Monday of the month 14:00", ["Mon 07 Dec 14:00", "Mon 04 Jan 14:00"]),
        ("1st and 3rd Tuesday of the month 9:00", ["Tue 01 Dec 09:00", "Tue 15 Dec 09:00"]),
        ("second Friday of every month 9:15", ["Fri 11 Dec 09:15", "Fri 08 Jan 09:15"]),
        ("last day of the month 17:00", ["Mon 30 Nov 17:00", "Thu 31 Dec 17:00"]),
        ("last work day of the month 17:00", ["Mon 30 Nov 17:00", "Thu 31 Dec 17:00"]),
        ("first weekday of the month 10:00", ["Tue 01 Dec 10:00", "Fri 01 Jan 10:00"]),
        ("15th of the month 12:30", ["Tue 15 Dec 12:30", "Fri 15 Jan 12:30"]),
        ("day 31 at 10", ["Thu 31 Dec 10:00", "Sun 31 Jan 10:00", "Wed 31 Mar 10:00"]),
        ("first Monday of the quarter 10:00", ["Mon 04 Jan 10:00", "Mon 05 Apr 10:00"]),
        ("first Monday of January and July 10:00", ["Mon 04 Jan 10:00", "Mon 05 Jul 10:00"]),
        ("30 9 * * 1-5", ["Fri 27 Nov 09:30", "Mon 30 Nov 09:30"]),
        ("30 9 * * MON-FRI America/New_York", ["Thu 26 Nov 14:30", "Fri 27 Nov 14:30"]),
        ("0 9 1 * 1", ["Mon 30 Nov 09:00", "Tue 01 Dec 09:00", "Mon 07 Dec 09:00"]),
        ("0 8-16/4 * 12 7", ["Sun 06 Dec 08:00", "Sun 06 Dec 12:00", "Sun 06 Dec 16:00"]),
    ],
)
def test_what_is_meant(words: str, expected: list[str]) -> None:
    assert moments(words, len(expected)) == expected


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Say at what time"),
        ("weekdays", "Say at what time"),
        ("weekdays 25:00", "“25:00” is no time of day"),
        ("weekdays 13pm", "“13pm” is no time of day"),
        ("foo 9:30", "I do not understand “foo”"),
        ("every 2 days 9:30", "I do not understand “2”"),
        ("weekly 10:00", "Say on which day of the week"),
        ("every 2 weeks 10:00", "Say on which day of the week"),
        ("every 60 weeks on Monday 10:00", "from 1 to 52"),
        ("monthly 10:00", "Say on which day of the month"),
        ("6th Monday of the month 9:00", "There is no 6. of that"),
        ("day 40 9:00", "There is no 40. of that"),
        ("weekdays Saturday 9:00", "in one way only"),
        ("first Monday of January of the quarter 9:00", "either the months or how often"),
        ("Mon 9:30 Europe/Berln", "Did you mean Europe/Berlin?"),
        ("*/5 * * * *", "more than 24 times a day"),
        ("61 9 * * *", "“61” is no minute of cron (0 to 59)"),
        ("0 9 * * fre", "“fre” is no day of the week of cron"),
        ("0 9 * * 5-1", "“5-1” is no day of the week of cron"),
        ("weekdays 9:00 starting whenever", "“whenever” is no day that I can read"),
        ("x" * 201, "too long"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(words: str, said: str) -> None:
    with pytest.raises(UserFacingError) as refused:
        read_when(words, today=TODAY)
    assert said in refused.value.sentence()
    assert refused.value.hint


def test_zones_are_named_behind_the_times() -> None:
    when = read_when("weekdays 09:30 Berlin, america/new_york", today=TODAY)
    assert when.zones == ("Europe/Berlin", "America/New_York")
    assert when.words == "weekdays 09:30"


def test_a_start_is_kept_as_a_date() -> None:
    """Read again on another day, "Friday" would be another one."""
    when = read_when("every 3 weeks on Fri 9:00 starting Friday", today=TODAY)
    assert when.words == "every 3 weeks on Fri 9:00 starting 2026-11-27"
    assert read_rule(when.words, today=date(2027, 5, 1)) == when.rule


@given(st.text(max_size=60))
@examples(40)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        rule = read_when(text, today=TODAY).rule
    except UserFacingError:
        return
    assert rule.times
    assert all(isinstance(clock, time) for clock in rule.times)
