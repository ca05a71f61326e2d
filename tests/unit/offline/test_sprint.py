"""The offline model plans a sprint by rules that say themselves: lists, words, layers, sizes."""

from typing import Any

import pytest

from bot.domain.sprint.estimates import SCALES
from bot.domain.sprint.lines import ItemLine
from bot.model.offline.model import OfflineModel
from bot.model.port import Said
from bot.model.sprint_port import (
    SprintBreakdownRequest,
    SprintDependencyRequest,
    SprintEstimateRequest,
    SprintRiskRequest,
    SprintStaffRequest,
)
from bot.team import load_team

MODEL = OfflineModel(load_team(None))
TITLES = (
    "Refund schema and migration",
    "Refund API endpoints",
    "Refund worker in Python",
    "Load test refunds at 200 rps",
    "Runbook after the load test",
)
ITEMS = tuple(ItemLine(number=n, title=title) for n, title in enumerate(TITLES, 1))


async def cut(text: str, **more: Any) -> tuple[str, list[tuple[str, str]]]:
    request = SprintBreakdownRequest(text=text, **more)
    found = (await MODEL.call(request)).value
    return found.goal, [(item.service, item.title) for item in found.items]


async def test_a_list_becomes_items_without_those_that_are_there() -> None:
    there = (ItemLine(number=1, title="runbook"),)
    goal, items = await cut(
        "Plan a sprint for refunds:\n- billing: Schema\n- Runbook\n- Orders page",
        items=there,
        services=("orders",),
    )
    assert items == [("billing", "Schema"), ("orders", "Orders page")]
    assert goal == "Refunds"
    assert (await cut("Plan the sprint:\n- A\n- B", goal="Mine"))[0] == "Mine"


async def test_a_file_is_read_as_a_list_and_prose_as_the_teams_plan() -> None:
    file = Said(who="a.md", text="1. Refund schema\n2. Refund API", trusted=False, kind="file")
    _, items = await cut("plan a sprint for refunds", said=(file,))
    assert [title for _, title in items] == ["Refund schema", "Refund API"]
    _, prose = await cut("plan a sprint for a billing API with Stripe webhooks on Django, 500 rps")
    assert len(prose) >= 3
    goal, nothing = await cut("plan the next sprint")
    assert (goal, nothing) == ("Finish what the last sprint left", [])


async def test_words_call_specialists_and_the_architect_takes_the_rest() -> None:
    found = (await MODEL.call(SprintStaffRequest(text="", items=ITEMS))).value
    names = {one.item: one.specialists[0] for one in found.items}
    assert (names[1], names[2], names[3]) == (
        "database-architect",
        "api-architect",
        "python-backend-expert",
    )
    vague = (ItemLine(number=1, title="Tidy up"), ItemLine(number=2, title="api-architect: x"))
    found = (await MODEL.call(SprintStaffRequest(text="", items=vague))).value
    assert found.items[0].specialists == ("backend-architect",)
    assert "No word of it names a field" in found.items[0].reason
    assert found.items[1].specialists == ("api-architect",)


async def test_layers_follow_each_other_and_what_is_said_counts_more() -> None:
    found = (await MODEL.call(SprintDependencyRequest(text="", items=ITEMS))).value
    links = {(link.item, link.needs): link.why for link in found.links}
    assert set(links) == {(2, 1), (3, 2), (4, 3), (5, 4)}
    assert links[2, 1] == "Schema comes before contract, by rule."
    assert links[5, 4] == "The item says so."


async def test_services_keep_layers_apart() -> None:
    items = (
        ItemLine(number=1, title="Schema", service="billing"),
        ItemLine(number=2, title="API", service="orders"),
    )
    assert (await MODEL.call(SprintDependencyRequest(text="", items=items))).value.links == ()


@pytest.mark.parametrize(
    ("usual", "seen", "unit", "value", "reason"),
    [
        (None, 0, "points", 3, "By rule: the usual size of schema work"),
        (None, 0, "days", 2, "By rule"),
        (6.0, 3, "points", 8, "The median of the 3 items that I finished."),
        (6.0, 2, "points", 3, "too few to know better"),
    ],
)
async def test_a_size_is_from_history_or_says_that_it_is_a_rule(
    usual: float | None, seen: int, unit: str, value: float, reason: str
) -> None:
    request = SprintEstimateRequest(
        text="", specialist="database-architect", items=ITEMS[:1], unit=unit,
        scale=SCALES[unit], usual=usual, seen=seen,
    )  # fmt: skip
    (found,) = (await MODEL.call(request)).value.items
    assert found.value == value
    assert reason in found.reason


async def test_rules_add_no_risk_to_those_that_the_rows_show() -> None:
    request = SprintRiskRequest(text="", items=ITEMS, found=(("It slips", "cut it"),))
    assert (await MODEL.call(request)).value.risks == ()
