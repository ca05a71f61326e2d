"""Figures with how many they are made of, trends, and what follows from them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.domain.assessment import Figure, Period, Tally, figures, headline, proposals, span, steps

NOW = datetime(2026, 3, 30, 9, tzinfo=UTC)
BUSY = Tally(came_in=12, done=9, failed=3, hours=(1.0, 2.0, 3.0, 4.0, 90.0), asked=20, answered=11)


def told(period: Period, now: Tally, *, enough: int = 5) -> dict[str, str]:
    found = figures(period, now, Tally(), enough=enough)
    return {figure.name: figure.value for figure in found}


def test_a_share_or_median_of_few_is_not_told() -> None:
    said = told(Period.WEEKLY, replace(BUSY, good=2, bad=1))
    assert said["Tasks done"] == "9, 12 came in"
    assert said["Failed"] == "25 %, n=12"
    assert said["From wish to done"] == "3.0 h (median), n=5"
    quick = told(Period.WEEKLY, replace(BUSY, hours=(0.2,) * 5, solved_days=(2.5,) * 5))
    assert quick["From wish to done"] == "12 min (median), n=5"
    assert quick["Until a blocker is solved"] == "2.5 d (median), n=5"
    at_once = told(Period.WEEKLY, replace(BUSY, hours=(0.001,) * 5, solved_days=(0.25,) * 5))
    assert at_once["From wish to done"] == "under a minute (median), n=5"
    assert at_once["Until a blocker is solved"] == "6.0 h (median), n=5"
    assert said["Standup answers"] == "55 %, n=20"
    assert said["Results found good"] == "not enough data: n=3 of 5"
    assert said["Until a blocker is solved"] == "not enough data: n=0 of 5"
    assert told(Period.WEEKLY, BUSY, enough=13)["Failed"] == "not enough data: n=12 of 13"


def test_a_week_says_less_than_a_month() -> None:
    week, month = told(Period.WEEKLY, BUSY), told(Period.MONTHLY, BUSY)
    assert set(week) < set(month)
    assert "Services without an owner" not in week
    assert "Moves on the radar" in month


def test_each_figure_stands_beside_the_time_before() -> None:
    found = {f.name: f for f in figures(Period.MONTHLY, BUSY, Tally(done=4), enough=5)}
    assert found["Tasks done"].was == "4, 0 came in"
    assert found["Services without an owner"].was == "", "what stood then is not known any more"


def test_a_quarter_is_told_month_by_month() -> None:
    parts = tuple(Tally(done=number, came_in=9) for number in (1, 2, 3))
    found = figures(Period.QUARTERLY, Tally(done=6, steps=parts), Tally(), enough=5)
    assert next(f for f in found if f.name == "Tasks done").trend == ("1", "2", "3")
    assert isinstance(found[0], Figure)


@pytest.mark.parametrize("period", list(Period))
def test_steps_fill_the_time(period: Period) -> None:
    since, before = span(period, NOW)
    parts = steps(period, NOW)
    assert NOW - since == since - before
    if parts:
        assert (parts[0][0], parts[-1][1]) == (since, NOW)
        assert all(one[1] == other[0] for one, other in pairwise(parts))
        assert {last - first for first, last in parts} == {(NOW - since) / len(parts)}
    assert (NOW - since) % timedelta(days=1) == timedelta()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"repeated": ("B-1",)}, "B-1"),
        ({"escalations_open": ("X-1",)}, "X-1"),
        ({"hand_offs_late": ("H-1",)}, "H-1"),
        ({"actions_late": ("RA-1",)}, "RA-1"),
        ({"actions_nobodys": ("RA-2",)}, "RA-2"),
        ({"undecided": ("D-1", "D-2"), "decided": 1}, "D-1, D-2"),
        ({"done": 3, "failed": 2}, "2 of 5 tasks failed"),
        ({"asked": 10, "answered": 5}, "5 of 10"),
        ({"good": 1, "bad": 4}, "4 of 5"),
    ],
)
def test_what_follows_names_its_rows(change: dict[str, Any], expected: str) -> None:
    (said,) = proposals(Period.WEEKLY, replace(Tally(), **change), enough=5)
    assert expected in said
    assert headline(Tally(), (said,)) == said


def test_few_rows_propose_nothing() -> None:
    quiet = Tally(
        done=2, failed=2, asked=4, answered=0, good=0, bad=4, undecided=("D-1",), decided=1
    )
    assert proposals(Period.WEEKLY, quiet, enough=5) == ()
    assert headline(quiet, ()) == "Nothing stands out."
    assert "Nothing happened" in headline(Tally(), ())


def test_longer_times_look_at_registers_and_ahead() -> None:
    now = Tally(
        ownerless=("billing",), debts=("TD-1",), debts_planless=("TD-1",), to_review=("D-4",)
    )
    month = " ".join(proposals(Period.MONTHLY, now, enough=5))
    assert all(name in month for name in ("billing", "TD-1", "D-4"))
    assert "next quarter" not in month
    quarter = " ".join(proposals(Period.QUARTERLY, Tally(debts=("TD-1",)), enough=5))
    assert "which debt the next quarter pays off: TD-1" in quarter
    assert "/lead learning add" in quarter


def test_at_most_six_the_worst_first() -> None:
    now = replace(
        BUSY, failed=9, repeated=("B-1",), escalations_open=("X-1",), actions_late=("RA-1",),
        actions_nobodys=("RA-2",), hand_offs_late=("H-1",), undecided=("D-1",), good=0, bad=9,
    )  # fmt: skip
    found = proposals(Period.ANNUAL, now, enough=5)
    assert len(found) == 6
    assert "X-1" in found[0]


def test_what_says_nothing_is_known_by_its_numbers() -> None:
    quiet = ("0", "0, 0 came in", "not enough data: n=3 of 5", "none", "$0.00, 0 tasks")
    for value in quiet:
        assert not Figure(part="p", name="n", value=value, was=value).is_told
        assert Figure(part="p", name="n", value=value, was="1, 2 open").is_told
    assert Figure(part="p", name="n", value="20 %, n=5").is_told
