"""Votes, burndown, days, tests together, risks, lines: what each gives for plain cases."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.days import Span
from bot.domain.sprint import states
from bot.domain.sprint.burndown import Piece, burndown
from bot.domain.sprint.capacity import person_days, work_days_between
from bot.domain.sprint.critical_path import critical_path
from bot.domain.sprint.estimates import DAYS, POINTS, Vote, amount, on_scale, spread
from bot.domain.sprint.integration import Part, integration_slots
from bot.domain.sprint.lines import asks_for_sprint, listed, read_numbers, without_lead_in
from bot.domain.sprint.risks import Facts, risks
from bot.domain.sprint.states import ItemState, SprintState
from bot.errors import TransitionRefused, UserFacingError

MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 13)


def test_close_votes_agree_on_the_median_rounded_up() -> None:
    found = spread([Vote("U1", 3), Vote("U2", 5)], POINTS)
    assert (found.value, found.agreed) == (5, True)
    assert spread([Vote("U1", 0.5), Vote("U2", 1), Vote("U3", 1)], DAYS).value == 1


def test_far_votes_do_not_agree() -> None:
    votes = [
        Vote("api-architect", 2, by_specialist=True),
        Vote("U1", 2, "small"),
        Vote("U2", 5),
        Vote("U3", 13, "the schema is not ours"),
    ]
    found = spread(votes, POINTS)
    assert not found.agreed
    assert found.value == 5


def test_values_beside_the_scale_become_the_next_larger() -> None:
    assert [on_scale(value, POINTS) for value in (0.2, 4, 8, 40)] == [1, 5, 8, 21]
    assert (amount(1, DAYS), amount(0.5, DAYS), amount(13, POINTS)) == (
        "1 day",
        "0.5 days",
        "13 points",
    )


def test_a_burndown_counts_what_joins_later_from_its_day_on() -> None:
    pieces = [
        Piece(5, date(2026, 2, 27), closed=date(2026, 3, 3)),
        Piece(3, MONDAY),
        Piece(8, date(2026, 3, 4)),
        Piece(2, MONDAY, closed=date(2026, 2, 28)),
    ]
    found = burndown(pieces, first=MONDAY, last=FRIDAY, today=date(2026, 3, 5), work_days=range(5))
    assert found.left == (8, 3, 11, 11)
    assert found.whole == 8
    assert (len(found.days), found.even[0], found.even[-1]) == (12, 8 * 0.9, 0)
    assert found.even[5] == found.even[6] == found.even[4]


def test_days_are_work_days_without_holidays_and_absences() -> None:
    found = person_days(
        "U1",
        first=MONDAY,
        last=FRIDAY,
        works=lambda day: day.weekday() < 5 and day != date(2026, 3, 9),
        away=[Span(date(2026, 3, 5), date(2026, 3, 7)), Span(FRIDAY, FRIDAY)],
    )
    assert (found.days, found.off) == (6, 3)


def test_parts_that_meet_are_tested_after_both_and_all_on_the_last_day() -> None:
    parts = [
        Part("a", "Schema", "billing", ()),
        Part("b", "Worker", "webhooks", ("a",)),
        Part("c", "Docs", "", ()),
    ]
    path = critical_path({"a": 3, "b": 5, "c": 1}, {"b": ["a"]})
    days = work_days_between(MONDAY, FRIDAY, range(5))
    found = integration_slots(parts, path.planned, length=path.length, days=days)
    assert [(slot.title, slot.on_day) for slot in found] == [
        ("billing with webhooks", FRIDAY),
        ("Everything together", FRIDAY),
    ]
    longer = integration_slots(parts, path.planned, length=16, days=days)
    assert longer[0].on_day == date(2026, 3, 6)
    assert integration_slots(parts[:1], path.planned, length=8, days=days) == []


QUIET = Facts(
    unit=DAYS,
    titles={"a": "Schema", "b": "API"},
    specialists={"a": ("database-architect",), "b": ("api-architect",)},
    path=(),
    unestimated=(),
    wide=(),
    planned=4,
    person_days=20,
    off=(0, 0),
)


def said(facts: Facts) -> str:
    return "\n".join(f"{risk.text} -> {risk.mitigation}" for risk in risks(facts))


def test_rows_without_a_risk_show_none() -> None:
    assert risks(QUIET) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"planned": 26.5}, "26.5 person-days and there are 20 -> drop items of 6.5 days"),
        ({"chance": 0.31, "unit": POINTS}, "in 31% of the runs"),
        ({"path": ("a", "b")}, "A day lost on “Schema” moves the end"),
        ({"off": (1, 3)}, "1 person is away for 3 work days"),
        ({"off": (2, 1)}, "2 people are away for 1 work day ->"),
        ({"carried": 2}, "2 items come from the last sprint"),
        ({"actions": ("RA-1",)}, "1 action of the last retrospective is open"),
        ({"waits": ("H-3 to devops",)}, "H-3 to devops is not answered yet"),
        ({"wide": ("b",)}, "Estimates of “API” lie far apart"),
        ({"unestimated": ("a", "b")}, "2 items have no estimate -> vote; the path counts each"),
        ({"closed_links": ("API after Schema",)}, "“API after Schema” was left out"),
    ],
)
def test_each_risk_says_what_helps(change: dict[str, Any], expected: str) -> None:
    assert expected in said(replace(QUIET, **change))


def test_one_specialist_on_the_whole_path_is_a_risk() -> None:
    names = dict.fromkeys("abc", ("database-architect",))
    facts = replace(
        QUIET, titles={key: key for key in "abc"}, specialists=names, path=("a", "b", "c")
    )
    assert "3 items of the critical path are database-architect's" in said(facts)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Plan a sprint for refunds", "refunds"),
        ("plan the next two-week sprint: refunds", "refunds"),
        ("please plan our sprint\n- a\n- b", "- a\n- b"),
        ("plan sprint", ""),
    ],
)
def test_a_wish_for_a_sprint_is_recognised(text: str, rest: str) -> None:
    assert asks_for_sprint(text)
    assert without_lead_in(text) == rest


@pytest.mark.parametrize("text", ["what is a sprint?", "plan a sprinter API", "the sprint plan"])
def test_other_wishes_are_not(text: str) -> None:
    assert not asks_for_sprint(text)


def test_lists_are_read_with_their_services() -> None:
    text = "For the EU:\n- billing: Refund  schema\n* Runbook\n2) Load test\nbye"
    assert listed(text) == [("billing", "Refund schema"), ("", "Runbook"), ("", "Load test")]
    assert listed("Refund schema\nRefund API") == [("", "Refund schema"), ("", "Refund API")]
    assert listed("One sentence about refunds.") == []


def test_numbers_are_read_or_refused() -> None:
    assert read_numbers("1, 3 and #4.") == [1, 3, 4]
    assert read_numbers("none") == []
    with pytest.raises(UserFacingError, match="no item numbers"):
        read_numbers("the first")


def test_a_sprint_and_an_item_go_only_where_they_may() -> None:
    assert states.move("SP-1", SprintState.PLANNED, SprintState.RUNNING) is SprintState.RUNNING
    assert states.move_item("item 1", ItemState.DONE, ItemState.OPEN) is ItemState.OPEN
    with pytest.raises(TransitionRefused, match="SP-1 is draft and cannot become running"):
        states.move("SP-1", SprintState.DRAFT, SprintState.RUNNING)
    with pytest.raises(TransitionRefused, match="item 1 is done and cannot become started"):
        states.move_item("item 1", ItemState.DONE, ItemState.STARTED)
