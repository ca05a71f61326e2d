"""Plans a sprint by rules: lists are items, words name specialists, layers come in their order.

Each rule says itself in the reason that it gives, so that nobody takes it for more than it is.
"""

import re
from collections.abc import Iterable

from bot.domain.fold import fold
from bot.domain.sprint.answers import (
    MOST_ITEMS,
    Breakdown,
    Dependencies,
    Estimated,
    Estimates,
    Needed,
    NewItem,
    RiskPlan,
    Staffed,
    Staffing,
)
from bot.domain.sprint.estimates import POINTS
from bot.domain.sprint.lines import ItemLine, listed, without_lead_in
from bot.model.offline.planning import make_plan
from bot.model.offline.reading import Reader, Reading
from bot.model.offline.wording import shorten
from bot.model.port import PlanRequest
from bot.model.sprint_port import (
    SprintBreakdownRequest,
    SprintDependencyRequest,
    SprintEstimateRequest,
    SprintRiskRequest,
    SprintStaffRequest,
)

_LEADS = "backend-architect"
_LAYERS: tuple[tuple[str, tuple[str, ...], int], ...] = (
    ("schema", ("schema", "migration", "table", "index", "database", "data model", "ledger"), 3),
    ("contract", ("contract", "openapi", "endpoint", "api", "interface", "protobuf"), 3),
    (
        "service",
        ("service", "worker", "webhook", "job", "consumer", "handler", "implement", "integrat"),
        5,
    ),
    ("test", ("load test", "test", "benchmark", "chaos", "measure"), 3),
    ("release", ("roll out", "rollout", "release", "deploy", "runbook", "docs", "dashboard"), 2),
)
"""Layer, words that name it, and the usual size in points; from below to above."""
_USUAL_DAYS = {2: 1.0, 3: 2.0, 5: 3.0}
"""Points as person-days, for the second scale."""
_AFTER = re.compile(
    r"\b(?:after|needs|once|depends on|requires)\s+(?P<what>[\w -]{3,60})", re.IGNORECASE
)
_WORD = re.compile(r"[a-z0-9]{3,}")
_LEAST_SEEN = 3


def break_down(request: SprintBreakdownRequest, reader: Reader) -> Breakdown:
    """Return the points of the list; without a list, the pieces of the plan that the team makes."""
    files = [item.text for item in request.said if item.kind == "file"]
    text = without_lead_in(request.text)
    points = [point for part in (text, *files) for point in listed(part)]
    there = {item.title.lower() for item in request.items}
    reading = reader.read(text or request.text, request.said)
    if points:
        items = [NewItem(title=shorten(title, 80), about=title if len(title) > 80 else "",
                         service=service or _named(title, request.services))
                 for service, title in points]  # fmt: skip
    else:
        items = _planned(text, reading, request.services) if text else []
    kept = [item for item in items if item.title.lower() not in there]
    goal = request.goal or _goal(text, reading)
    return Breakdown(goal=goal, items=tuple(kept[: MOST_ITEMS - len(request.items)]))


def _goal(text: str, reading: Reading) -> str:
    if not text:
        return "Finish what the last sprint left"
    title = reading.subject.title or shorten(text.splitlines()[0], 80)
    return title[:1].upper() + title[1:]


def _planned(text: str, reading: Reading, services: Iterable[str]) -> list[NewItem]:
    plan = make_plan(PlanRequest(text=text, mode="team"), reading, "")
    if not plan.assignments:
        return [NewItem(title=shorten(text, 80), about=text, service=_named(text, services))]
    return [
        NewItem(
            title=shorten(item.title, 80), about=item.brief, service=_named(item.title, services)
        )
        for item in plan.assignments
    ]


def _named(text: str, services: Iterable[str]) -> str:
    """Return the longest service whose name stands in a text."""
    found = [name for name in services if re.search(rf"(?<![\w-]){re.escape(name)}\b", text, re.I)]
    return max(found, key=len, default="")


def staff(request: SprintStaffRequest, reader: Reader) -> Staffing:
    """Return who the words of each item call for; who was named before stays."""
    return Staffing(items=tuple(_staffed(item, reader) for item in request.items))


def _staffed(item: ItemLine, reader: Reader) -> Staffed:
    team = reader.team.specialists
    named = [name for name in team if re.search(rf"\b{re.escape(name)}\b", item.title, re.I)]
    if named:
        return Staffed(item=item.number, specialists=(named[0],), reason="The item names them.")
    ranked = reader.read(item.title).route.specialists
    ranked = ranked or reader.read(f"{item.title}. {item.about}").route.specialists
    found = [one.name for one in ranked if one.name in team][:1]
    if found:
        return Staffed(item=item.number, specialists=tuple(found), reason="Its words are theirs.")
    lead = _LEADS if _LEADS in team else next(iter(team))
    reason = "No word of it names a field: the architect looks at it first."
    return Staffed(item=item.number, specialists=(lead,), reason=reason)


def depend(request: SprintDependencyRequest) -> Dependencies:
    """Return what items say they come after, else each layer after the one below it."""
    links: list[Needed] = []
    for item in request.items:
        said = list(_said(item, request.items))
        links += said or list(_layered(item, request.items))
    return Dependencies(links=tuple(links))


def _said(item: ItemLine, items: tuple[ItemLine, ...]) -> Iterable[Needed]:
    for match in _AFTER.finditer(f"{item.title}. {item.about}"):
        wanted = set(_WORD.findall(fold(match["what"])))
        best = max(
            (other for other in items if other.number != item.number),
            key=lambda other: len(wanted & set(_WORD.findall(fold(other.title)))),
            default=None,
        )
        if best is not None and wanted & set(_WORD.findall(fold(best.title))):
            yield Needed(item=item.number, needs=best.number, why="The item says so.")


def _layered(item: ItemLine, items: tuple[ItemLine, ...]) -> Iterable[Needed]:
    """Yield what of the next lower layer touches the same service, or the same things."""
    own, _ = layer_of(item)
    lower = [(layer_of(other)[0], other) for other in items if _touch(item, other)]
    below = [layer for layer, _ in lower if 0 <= layer < own]
    for layer, other in lower:
        if below and layer == max(below):
            why = f"{_LAYERS[layer][0]} comes before {_LAYERS[own][0]}, by rule."
            yield Needed(item=item.number, needs=other.number, why=why.capitalize())


def layer_of(item: ItemLine) -> tuple[int, int]:
    """Return an item's layer, from 0 up, and its usual points; -1 where no word names a layer."""
    text = fold(item.title)
    for layer in range(len(_LAYERS) - 1, -1, -1):
        _, words, points = _LAYERS[layer]
        if any(re.search(rf"\b{word}", text) for word in words):
            return layer, points
    return -1, 3


def _touch(item: ItemLine, other: ItemLine) -> bool:
    if item.number == other.number:
        return False
    if item.service and other.service:
        return item.service == other.service
    return bool(_things(item) & _things(other))


def _things(item: ItemLine) -> set[str]:
    """Return what an item is about: its words without those of layers, singular and plural one."""
    layers = {word for _, words, _ in _LAYERS for word in words}
    words = (word.removesuffix("s") for word in _WORD.findall(fold(item.title)))
    return set(words) - layers - {"the", "and", "for", "with", "after"}


def estimate(request: SprintEstimateRequest) -> Estimates:
    """Return the median of what the specialist finished, or the usual size of the item's layer."""
    return Estimates(items=tuple(_estimated(item, request) for item in request.items))


def _estimated(item: ItemLine, request: SprintEstimateRequest) -> Estimated:
    if request.usual is not None and request.seen >= _LEAST_SEEN:
        value = _on_scale(request.usual, request.scale)
        reason = f"The median of the {request.seen} items that I finished."
        return Estimated(item=item.number, value=value, reason=reason)
    layer, points = layer_of(item)
    size = float(points) if request.unit == POINTS else _USUAL_DAYS[points]
    name = _LAYERS[layer][0] if layer >= 0 else "other"
    reason = f"By rule: the usual size of {name} work; I have finished too few to know better."
    return Estimated(item=item.number, value=_on_scale(size, request.scale), reason=reason)


def _on_scale(value: float, scale: tuple[float, ...]) -> float:
    return next((step for step in scale if step >= value), scale[-1])


def name_risks(_request: SprintRiskRequest) -> RiskPlan:
    """Return none: those that our own rows show are shown anyway, and rules know no others."""
    return RiskPlan(risks=())
