"""The next moments: clock changes, holidays, zones; compared with a walk minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.days import Span
from bot.domain.schedule import Place, Rule, Timetable, read_rule
from bot.services.holiday_calendar import holiday_name
from tests.support.examples import examples

TODAY = date(2026, 3, 1)
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Asia/Kathmandu",
    "Pacific/Auckland",
    "Pacific/Kiritimati",
    "America/Sao_Paulo",
    "UTC",
)


def no_holiday(_region: str, _day: date) -> str:
    return ""


def table(words: str, *zones: str, region: str = "", **more: Any) -> Timetable:
    rule = read_rule(words, today=TODAY)
    return Timetable(rule, tuple(Place(zone, region) for zone in zones), **more)


def local(found: Timetable, after: datetime, count: int) -> list[str]:
    """Return the slots as the clocks of the first zone show them."""
    zone = ZoneInfo(found.places[0].zone)
    slots = islice(found.slots(after, holiday=no_holiday), count)
    return [f"{slot.at.astimezone(zone):%a %d %b %H:%M %z}" for slot in slots]


def test_a_skipped_time_moves_forward_and_a_repeated_one_counts_once() -> None:
    nightly = table("daily 02:30", "Europe/Berlin")
    assert local(nightly, datetime(2026, 3, 28, 12, tzinfo=UTC), 2) == [
        "Sun 29 Mar 03:30 +0200",
        "Mon 30 Mar 02:30 +0200",
    ]
    assert local(nightly, datetime(2026, 10, 24, 12, tzinfo=UTC), 2) == [
        "Sun 25 Oct 02:30 +0200",
        "Mon 26 Oct 02:30 +0100",
    ]


def test_the_local_hour_stays_when_the_clocks_change() -> None:
    daily = table("daily 09:30", "Europe/Berlin")
    assert local(daily, datetime(2026, 3, 27, 12, tzinfo=UTC), 3) == [
        "Sat 28 Mar 09:30 +0100",
        "Sun 29 Mar 09:30 +0200",
        "Mon 30 Mar 09:30 +0200",
    ]


def test_what_moves_onto_another_time_is_one_slot() -> None:
    both = table("daily 02:30 and 03:30", "Europe/Berlin")
    day = islice(both.slots(datetime(2026, 3, 29, tzinfo=UTC), holiday=no_holiday), 1)
    assert [slot.at for slot in day] == [datetime(2026, 3, 29, 1, 30, tzinfo=UTC)]


def test_a_day_that_a_zone_skipped_moves_forward() -> None:
    """Samoa had no 30 December 2011."""
    daily = table("daily 09:00", "Pacific/Apia")
    found = islice(daily.slots(datetime(2011, 12, 29, 0, tzinfo=UTC), holiday=no_holiday), 3)
    zone = ZoneInfo("Pacific/Apia")
    assert [f"{slot.at.astimezone(zone):%d %b %H:%M}" for slot in found] == [
        "29 Dec 09:00",
        "31 Dec 09:00",
        "01 Jan 09:00",
    ]


def test_several_zones_follow_the_sun() -> None:
    sun = table("weekdays 09:00", "Asia/Tokyo", "Europe/Berlin", "Europe/Paris", "America/New_York")
    slots = list(islice(sun.slots(datetime(2026, 3, 2, tzinfo=UTC), holiday=no_holiday), 4))
    assert [(f"{slot.at:%a %H:%M}", slot.zones) for slot in slots] == [
        ("Mon 08:00", ("Europe/Berlin", "Europe/Paris")),
        ("Mon 14:00", ("America/New_York",)),
        ("Tue 00:00", ("Asia/Tokyo",)),
        ("Tue 08:00", ("Europe/Berlin", "Europe/Paris")),
    ]


def test_holidays_are_skipped_and_named_where_they_are() -> None:
    rule = read_rule("weekdays 09:00", today=TODAY)
    places = (Place("Europe/Berlin", "DE-BY"), Place("America/New_York", "US-NY"))
    found = Timetable(rule, places).slots(
        datetime(2026, 11, 25, 20, tzinfo=UTC), holiday=holiday_name
    )
    assert [(slot.zones, slot.skipped) for slot in islice(found, 2)] == [
        (("Europe/Berlin",), ""),
        (("America/New_York",), "Thanksgiving Day"),
    ]
    christmas = Timetable(rule, places[:1])
    eve = datetime(2026, 12, 24, 20, tzinfo=UTC)
    assert next(christmas.slots(eve, holiday=holiday_name)).skipped == "Christmas Day"
    after = christmas.next_slot(eve, holiday=holiday_name)
    assert after == datetime(2026, 12, 28, 8, tzinfo=UTC)


def test_a_moment_of_several_zones_leaves_out_those_with_a_holiday() -> None:
    rule = read_rule("weekdays 09:00", today=TODAY)
    places = (Place("Europe/Berlin", "DE"), Place("Europe/Paris", "FR"))
    found = Timetable(rule, places).slots(
        datetime(2026, 7, 13, 20, tzinfo=UTC), holiday=holiday_name
    )
    slot = next(found)
    assert (slot.zones, slot.skipped) == (("Europe/Berlin",), "")


def test_the_next_time_ends_in_its_last_zone_or_before_another_time() -> None:
    around = ("Asia/Tokyo", "Europe/Berlin", "America/New_York")
    sunday = datetime(2026, 3, 1, 12, tzinfo=UTC)
    once = table("weekdays 09:30", *around)
    assert once.end_of_next(sunday, holiday=no_holiday) == datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
    berlin_is_over = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert once.end_of_next(berlin_is_over, holiday=no_holiday) == datetime(
        2026, 3, 2, 14, 30, tzinfo=UTC
    )
    twice = table("weekdays 09:30 and 16:00", *around)  # Tokyo's 16:00 comes before Berlin's 09:30
    assert twice.end_of_next(sunday, holiday=no_holiday) == datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
    skipped = table("every Sunday 02:30", *around)  # 03:30 in Berlin on this one
    assert skipped.end_of_next(
        datetime(2026, 3, 28, 12, tzinfo=UTC), holiday=no_holiday
    ) == datetime(2026, 3, 29, 6, 30, tzinfo=UTC)
    gone = table("every Friday 09:30", "UTC", days_off=(Span(TODAY, date(2050, 1, 1)),))
    assert gone.end_of_next(sunday, holiday=no_holiday) is None


def test_days_off_work_days_and_skipping_by_hand() -> None:
    summer = Span(date(2026, 3, 4), date(2026, 3, 5))
    found = table("weekdays 09:00", "UTC", days_off=(summer,), work_days=(6, 0, 1, 2, 3))
    start = datetime(2026, 3, 3, 12, tzinfo=UTC)
    slots = list(islice(found.slots(start, holiday=no_holiday), 3))
    assert [(f"{s.at:%a %d}", s.skipped) for s in slots] == [
        ("Wed 04", "day off"),
        ("Thu 05", "day off"),
        ("Sun 08", ""),
    ]
    skipped = table("daily 09:00", "UTC", skip_until=datetime(2026, 3, 4, 9, tzinfo=UTC))
    assert skipped.next_slot(start, holiday=no_holiday) == datetime(2026, 3, 5, 9, tzinfo=UTC)


def test_what_never_comes_is_none_and_a_leap_day_is_found() -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    assert table("0 9 30 2 *", "UTC").next_slot(start, holiday=no_holiday) is None
    leap = table("0 9 29 2 *", "UTC").next_slot(start, holiday=no_holiday)
    assert leap == datetime(2028, 2, 29, 9, tzinfo=UTC)


clocks = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 59)))
rules = st.builds(
    Rule,
    times=st.lists(clocks, min_size=1, max_size=3, unique=True).map(tuple),
    weekdays=st.lists(st.integers(0, 6), max_size=3, unique=True).map(tuple),
    month_days=st.lists(st.sampled_from((1, 15, 31, -1)), max_size=2, unique=True).map(tuple),
)


def walked(rule: Rule, zone: ZoneInfo, start: datetime, end: datetime) -> set[datetime]:
    """Return the slots by looking at the clock on the wall, minute by minute.

    A time that the wall clock never shows counts when the clock jumps over it.
    """
    found: set[datetime] = set()
    seen: set[tuple[date, time]] = set()
    moment = start - timedelta(days=2)
    while moment < end:
        wall = moment.astimezone(zone)
        key = (wall.date(), wall.time())
        if key not in seen and wall.time() in rule.times and rule.on(wall.date()):
            found.add(moment)
        seen.add(key)
        after = (moment + timedelta(minutes=1)).astimezone(zone).replace(tzinfo=None)
        jumped = wall.replace(tzinfo=None) + timedelta(minutes=1)
        gap = after - jumped
        while jumped < after and gap > timedelta():
            if jumped.time() in rule.times and rule.on(jumped.date()):
                found.add((jumped + gap).replace(tzinfo=zone).astimezone(UTC))
            jumped += timedelta(minutes=1)
        moment += timedelta(minutes=1)
    return {at for at in found if start < at <= end}


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 10, 24), date(2026, 4, 4)])
@given(rule=rules, zone=st.sampled_from(ZONES))
@examples(6)
def test_it_is_what_the_clock_on_the_wall_shows(day: date, rule: Rule, zone: str) -> None:
    start = datetime.combine(day, time(12), UTC)
    end = start + timedelta(days=2)
    found = Timetable(rule, (Place(zone),)).slots(start, holiday=no_holiday)
    expected = sorted(walked(rule, ZoneInfo(zone), start, end))
    assert [slot.at for slot in islice(found, len(expected))] == expected
    following = next(Timetable(rule, (Place(zone),)).slots(end, holiday=no_holiday), None)
    assert following is None or following.at > end


@given(rule=rules, zones=st.lists(st.sampled_from(ZONES), min_size=1, max_size=4, unique=True))
@examples(15)
def test_slots_rise_and_name_their_zones(rule: Rule, zones: list[str]) -> None:
    places = tuple(Place(zone) for zone in zones)
    start = datetime(2026, 3, 27, 12, tzinfo=UTC)
    slots = list(islice(Timetable(rule, places).slots(start, holiday=no_holiday), 12))
    assert all(a.at < b.at for a, b in pairwise(slots))
    for slot in slots:
        assert slot.at.tzinfo is UTC
        assert slot.zones
        for zone in slot.zones:
            alone = Timetable(rule, (Place(zone),)).slots(
                slot.at - timedelta(minutes=1), holiday=no_holiday
            )
            assert next(alone).at == slot.at
