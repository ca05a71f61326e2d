"""The last part of a prompt when a sprint is planned: the job of each step and its material."""

from collections.abc import Callable
from typing import Any

from bot.domain.sprint.answers import MOST_ITEMS
from bot.domain.sprint.lines import ItemLine
from bot.model.claude.prompt.data import section
from bot.model.port import Request
from bot.model.sprint_port import (
    SprintBreakdownRequest,
    SprintDependencyRequest,
    SprintEstimateRequest,
    SprintRiskRequest,
    SprintStaffRequest,
)

_BREAKDOWN = f"""\
Step 1 of planning a sprint: cut the requirements into items that one specialist finishes within a \
few days and that can be seen to be done. At most {MOST_ITEMS} with those that there are already, \
which you do not repeat. `about` says when it is done. `service` only for a service that is named. \
Respect the constraints: what they exclude is no item."""

_STAFF = """\
Step 2 of planning a sprint: say who does each item, from the team, by expertise; the first name \
leads, a second one only where two fields are truly needed. Among equals the one who finishes more \
a week or has less here. One entry for each item."""

_DEPENDENCIES = """\
Step 3 of planning a sprint: name for each item what must be done before, and only what is truly \
needed, so that the rest can be done at the same time. No item after itself, no circles."""

_ESTIMATES = """\
Step 4 of planning a sprint: estimate your items, from your own field, by the scale that is \
given; others estimate as well and see yours only later. The reason says what makes it so large \
or small."""

_RISKS = """\
Step 5 of planning a sprint: name the risks of this sprint, worst first, at most five, each with \
what is done about it. Those found in the rows are shown anyway: do not repeat them, add what the \
items and constraints show and the rows cannot. Nothing that is true of every sprint."""


def _breakdown(request: SprintBreakdownRequest) -> list[str]:
    return [
        section("data", request.goal, source="goal") if request.goal else "",
        section("data", request.limits, source="constraints") if request.limits else "",
        _items(request.items),
        section("data", "\n".join(request.services), source="services that there are")
        if request.services
        else "",
        section("data", "\n".join(request.actions), source="open actions of the last retrospective")
        if request.actions
        else "",
        _BREAKDOWN,
    ]


def _staff(request: SprintStaffRequest) -> list[str]:
    load = "\n".join(f"{name}: {rate:g} assignments finished a week" for name, rate in request.load)
    return [_items(request.items), section("data", load, source="pace") if load else "", _STAFF]


def _dependencies(request: SprintDependencyRequest) -> list[str]:
    refused = "Your last answer was refused. Repair exactly this: " + "; ".join(request.problems)
    return [_items(request.items), _DEPENDENCIES, refused if request.problems else ""]


def _estimates(request: SprintEstimateRequest) -> list[str]:
    scale = ", ".join(f"{step:g}" for step in request.scale)
    usual = ""
    if request.usual is not None:
        usual = f"The median of the {request.seen} items you finished is {request.usual:g}."
    return [_items(request.items), f"Scale in {request.unit}: {scale}. {usual}", _ESTIMATES]


def _risks(request: SprintRiskRequest) -> list[str]:
    found = "\n".join(f"{text}; {helps}" for text, helps in request.found)
    return [
        _items(request.items),
        section("data", request.limits, source="constraints") if request.limits else "",
        section("data", found or "none", source="risks that the rows show"),
        _RISKS,
    ]


def _items(items: tuple[ItemLine, ...]) -> str:
    """Return items as data: their words are people's."""
    if not items:
        return ""
    return section("data", "\n".join(map(_item, items)), source="items")


def _item(item: ItemLine) -> str:
    parts = [
        item.service,
        ", ".join(item.specialists),
        f"after {', '.join(map(str, item.needs))}" if item.needs else "",
        f"estimate {item.estimate:g}" if item.estimate is not None else "",
        item.about,
    ]
    return f"{item.number}. {item.title}" + "".join(f" | {part}" for part in parts if part)


SPRINT_RENDERERS: dict[type[Request[Any]], Callable[[Any], list[str]]] = {
    SprintBreakdownRequest: _breakdown,
    SprintStaffRequest: _staff,
    SprintDependencyRequest: _dependencies,
    SprintEstimateRequest: _estimates,
    SprintRiskRequest: _risks,
}
