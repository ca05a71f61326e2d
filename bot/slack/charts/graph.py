"""A graph of services: boxes in rows, arrows by kind, each line led past the boxes between."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.service import DependencyKind, Edge
from bot.errors import Bug
from bot.slack.charts.alt import MOST_ALT
from bot.slack.charts.canvas import COLOURS, MARGIN, SOFT, WIDE, Canvas
from bot.slack.charts.chart import Chart
from bot.slack.charts.layers import rows
from bot.slack.text import clip

MOST_NODES = 20
"""Ours: a picture of more cannot be read."""
_BOX, _TALL, _GAP = 106.0, 32.0, 48.0
_LANE = 10.0
"""Width of the gap that a passing line takes in a row."""
_TOP, _KEY = 54.0, 26.0
_LABEL = 14
_STYLES = {
    DependencyKind.SYNC: (COLOURS[0], "-", "calls"),
    DependencyKind.ASYNC: (COLOURS[1], "--", "messages"),
    DependencyKind.DATA: (COLOURS[3], ":", "reads data"),
}

Point = tuple[float, float]


@dataclass(frozen=True)
class _Lane:
    """Where a line passes a row: `edge` is its number."""

    edge: int
    row: int


def graph(title: str, nodes: Sequence[str], edges: Sequence[Edge]) -> Chart:
    """Draw services and their dependencies. Raises Bug for none or more than MOST_NODES."""
    if not 1 <= len(nodes) <= MOST_NODES:
        raise Bug(f"a graph of {len(nodes)} services cannot be drawn")
    shown = [edge for edge in edges if {edge.source, edge.target} <= set(nodes)]
    placed = rows(nodes, [(edge.source, edge.target) for edge in shown])
    canvas = Canvas(_y(len(placed) - 1) + _TALL / 2 + MARGIN, width=WIDE)
    canvas.title(title)
    _key(canvas, {edge.kind for edge in shown})
    at = _places(placed, shown)
    for number, edge in enumerate(shown):
        colour, style, _ = _STYLES[edge.kind]
        canvas.arrow(_route(number, edge, at, shown), colour, style=style)
    for name in nodes:
        x, y = at[name]
        canvas.frame(x - _BOX / 2, y - _TALL / 2, _BOX, _TALL)
        canvas.text(x, y, clip(name, _LABEL), align="center", size=12.0)
    return Chart(title, canvas.png(), _alt(title, nodes, shown))


def _y(row: int) -> float:
    return _TOP + _KEY + _TALL / 2 + row * (_TALL + _GAP)


def _places(placed: Sequence[Sequence[str]], edges: Sequence[Edge]) -> dict[str | _Lane, Point]:
    """Return the middle of each box, and of each gap that a line takes through a row."""
    row_of = {name: number for number, row in enumerate(placed) for name in row}
    share = {name: (i + 0.5) / len(row) for row in placed for i, name in enumerate(row)}
    full: list[list[tuple[float, str | _Lane]]] = [[(share[n], n) for n in row] for row in placed]
    for number, edge in enumerate(edges):
        first, last = row_of[edge.source], row_of[edge.target]
        for row in range(min(first, last) + 1, max(first, last)):
            part = (row - first) / (last - first)
            wish = share[edge.source] * (1 - part) + share[edge.target] * part
            full[row].append((wish, _Lane(number, row)))
    found: dict[str | _Lane, Point] = {}
    for number, items in enumerate(full):
        items.sort(key=lambda item: item[0])
        wide = [_LANE if isinstance(item, _Lane) else _BOX for _, item in items]
        space = max(0.0, WIDE - 2 * MARGIN - sum(wide)) / len(items)
        x = MARGIN
        for (_, item), width in zip(items, wide, strict=True):
            found[item] = (x + space / 2 + width / 2, _y(number))
            x += space + width
    return found


def _route(
    number: int, edge: Edge, at: dict[str | _Lane, Point], edges: Sequence[Edge]
) -> list[Point]:
    """Return the points of a line from box to box, through its gaps."""
    (sx, sy), (tx, ty) = at[edge.source], at[edge.target]
    if sy == ty:
        side = _BOX / 2 if tx > sx else -_BOX / 2
        below = sy + _TALL / 2 + 14
        if abs(tx - sx) < 1.6 * _BOX:
            return [(sx + side, sy), (tx - side, ty)]
        return [(sx, sy + _TALL / 2), (sx, below), (tx, below), (tx, ty + _TALL / 2)]
    down = 1 if ty > sy else -1
    lanes = [at[key] for key in at if isinstance(key, _Lane) and key.edge == number]
    lanes.sort(key=lambda point: down * point[1])
    middle = [(x, y + step * down * _TALL / 2) for x, y in lanes for step in (-1, 1)]
    start = (sx + _port(edge, edges, at, out=True), sy + down * _TALL / 2)
    end = (tx + _port(edge, edges, at, out=False), ty - down * _TALL / 2)
    return [start, *middle, end]


def _port(edge: Edge, edges: Sequence[Edge], at: dict[str | _Lane, Point], *, out: bool) -> float:
    """Return how far from the middle of its box a line begins or ends: each has its own place."""
    own = edge.source if out else edge.target
    touching = [other for other in edges if own in (other.source, other.target)]
    far = [(at[o.target if o.source == own else o.source][0], o.source == own, o) for o in touching]
    order = [item[2] for item in sorted(far, key=lambda item: (item[0], item[1]))]
    return _BOX * 0.8 * ((order.index(edge) + 0.5) / len(order) - 0.5)


def _key(canvas: Canvas, kinds: set[DependencyKind]) -> None:
    x = MARGIN
    for kind in (kind for kind in DependencyKind if kind in kinds):
        colour, style, words = _STYLES[kind]
        canvas.arrow([(x, _TOP - 2), (x + 34, _TOP - 2)], colour, style=style)
        x += 42 + canvas.text(x + 42, _TOP - 2, words, colour=SOFT) + 22


def _alt(title: str, nodes: Sequence[str], edges: Sequence[Edge]) -> str:
    said = "; ".join(f"{e.source} uses {e.target} ({_STYLES[e.kind][2]})" for e in edges)
    words = f"Graph of services, {title}. {len(nodes)} services: {', '.join(nodes)}."
    return clip(f"{words} {said}." if said else words, MOST_ALT)
