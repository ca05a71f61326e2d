"""Ways out of a conflict: no day has more hours than there are, none is better than the best."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conflict import Claim, Option, enough, options
from bot.domain.conflict.share import Workdays
from bot.domain.conflict.words import arrangement, ends, stakeholder_message
from tests.support.examples import examples

MONDAY = date(2026, 3, 2)


def claim(title: str, hours: int, impact: int = 3, **more: Any) -> Claim:
    return Claim(title=title, hours=hours, impact=impact, complexity=3, **more)


def by_key(found: Sequence[Option]) -> dict[str, Option]:
    return {option.key: option for option in found}


def test_one_after_another_and_all_at_once() -> None:
    """25 h a week are 5 a day: A takes two days, B two more; shared, both end on the fourth."""
    claims = [claim("A", 10, 4), claim("B", 10, 4)]
    found = by_key(options(claims, week_hours=25, start=MONDAY))
    assert found["best"].timeline.ends == (date(2026, 3, 3), date(2026, 3, 5))
    assert found["shared"].timeline.ends == (date(2026, 3, 5), date(2026, 3, 5))
    assert set(found) == {"best", "shared"}  # the other orders are the best one


def test_the_week_end_is_no_working_day() -> None:
    saturday = date(2026, 3, 7)
    assert Workdays(saturday).day(0) == date(2026, 3, 9)
    assert [Workdays(date(2026, 3, 5)).day(n).day for n in range(4)] == [5, 6, 9, 10]


def test_a_day_off_has_no_hours() -> None:
    """5 h a day: A ends on Tuesday, B has to wait for the three days off and the week-end."""
    claims = [claim("A", 10, 4, due_on=date(2026, 3, 3)), claim("B", 10, 4)]
    off = frozenset(date(2026, 3, day) for day in (4, 5, 6, 7))
    best = by_key(options(claims, week_hours=25, start=MONDAY, off=off))["best"]
    assert best.timeline.ends == (date(2026, 3, 3), date(2026, 3, 10))
    assert best.last_days == "2026-03-03,2026-03-10"
    soon = [claim("A", 20, due_on=date(2026, 3, 6)), claim("B", 5, due_on=date(2026, 3, 6))]
    assert enough(soon, start=MONDAY, week_hours=25) == 25
    assert enough(soon, start=MONDAY, week_hours=25, off=off) == 63  # in two days, not five


def test_impact_goes_before_what_is_due_earlier() -> None:
    claims = [
        claim("small", 25, 1, due_on=date(2026, 3, 6)),
        claim("large", 25, 5, due_on=date(2026, 3, 6)),
    ]
    best = options(claims, week_hours=25, start=MONDAY)[0]
    assert best.order == (1, 0)
    assert (best.late, best.harm) == ((7, 0), 7)
    assert ends(best, claims) == (
        "small: ends Fri 13 Mar, 7 days late",
        "large: ends Fri 6 Mar, in time for Fri 6 Mar",
    )
    assert enough(claims, start=MONDAY, week_hours=25) == 50


def test_slack_makes_a_late_end_harmless() -> None:
    claims = [
        claim("A", 25, due_on=date(2026, 3, 6)),
        claim("B", 5, due_on=date(2026, 3, 6), flexible_days=3),
    ]
    best = options(claims, week_hours=25, start=MONDAY)[0]
    assert best.harm == 0
    assert ends(best, claims)[1] == "B: ends Mon 9 Mar, 3 days late, which its slack allows"
    message = stakeholder_message(best, claims, subject="Tom", week_hours=25)
    assert message.startswith("Tom has 25 h a week for 2 pieces of work.\nTom works on A, then B.")
    assert message.endswith("No due date is missed beyond its slack.")


def test_all_at_once_is_said_so() -> None:
    claims = [claim("A", 10, 4), claim("B", 10, 2)]
    shared = by_key(options(claims, week_hours=25, start=MONDAY))["shared"]
    assert arrangement(shared, claims, "Tom") == (
        "Tom works on all at once, more for what has more impact."
    )


def test_not_even_a_whole_week_is_always_enough() -> None:
    claims = [claim("A", 400, due_on=MONDAY)]
    assert enough(claims, start=MONDAY, week_hours=40) is None


CLAIMS = st.lists(
    st.builds(
        Claim,
        title=st.just("c"),
        hours=st.integers(1, 60),
        impact=st.integers(1, 5),
        complexity=st.integers(1, 5),
        due_on=st.none() | st.integers(0, 25).map(lambda n: MONDAY + timedelta(days=n)),
        flexible_days=st.integers(0, 5),
    ),
    min_size=2,
    max_size=4,
)


@examples(15)
@given(CLAIMS, st.integers(1, 60), st.integers(0, 6), st.frozensets(st.integers(0, 20)))
def test_no_option_makes_hours_up_and_none_beats_the_first(
    claims: list[Claim], week_hours: int, later: int, away: frozenset[int]
) -> None:
    start = MONDAY + timedelta(days=later)
    off = frozenset(MONDAY + timedelta(days=n) for n in away)
    found = options(claims, week_hours=week_hours, start=start, off=off)
    for option in found:
        total = [Fraction(0)] * len(claims)
        for day in option.timeline.days:
            assert day.on.weekday() < 5
            assert day.on >= start
            assert day.on not in off
            assert sum(day.hours.values()) <= Fraction(week_hours, 5)
            for place, hours in day.hours.items():
                assert hours > 0
                total[place] += hours
                assert day.on <= option.timeline.ends[place]
        assert total == [Fraction(item.hours) for item in claims]
    assert len({option.order for option in found}) == len(found)
    tried = [
        harm_of(claims, order, week_hours, start, off) for order in permutations(range(len(claims)))
    ]
    best = next(option for option in found if option.key == "best")
    assert best.harm == min(tried)
    assert found[0].harm <= best.harm


@cache
def counted(start: date, number: int, off: frozenset[date]) -> date:
    """Return the n-th working day from `start` on, by counting."""
    day = start
    while (number := number - (day.weekday() < 5 and day not in off)) > 0:
        day += timedelta(days=1)
    return day


def harm_of(
    claims: list[Claim],
    order: tuple[int, ...],
    week_hours: int,
    start: date,
    off: frozenset[date],
) -> int:
    """Try an order by counting days anew: hours so far tell on which working day a claim ends."""
    harm, hours = 0, 0
    for place in order:
        item = claims[place]
        hours += item.hours
        if item.due_on is not None:
            end = counted(start, -(-hours * 5 // week_hours), off)
            over = (end - item.due_on).days - item.flexible_days
            harm += item.impact * max(0, over)
    return harm


@pytest.mark.parametrize("week_hours", [1, 40])
def test_enough_is_the_fewest(week_hours: int) -> None:
    claims = [claim("A", 20, due_on=MONDAY + timedelta(days=4)), claim("B", 20)]
    hours = enough(claims, start=MONDAY, week_hours=week_hours)
    assert hours == max(20, week_hours)
