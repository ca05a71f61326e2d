"""A chart that is drawn when it is sent: the outbox keeps its numbers, nobody waits for it.

Drawing takes a moment, the first one a second, as matplotlib is loaded for it: too long before the
answer to a command, for which Slack waits three seconds, and within a transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.service import DependencyKind, Edge
from bot.errors import Bug
from bot.slack.charts.bars import bar, stacked
from bot.slack.charts.chart import Chart
from bot.slack.charts.graph import graph
from bot.slack.charts.lines import line
from bot.slack.charts.path import Bar, path
from bot.slack.charts.radar import RadarEntry, radar

SKETCH = "sketch"
"""Where the payload of an upload keeps it."""
Json = dict[str, Any]


@dataclass(frozen=True)
class Sketch:
    """What `bar`, `stacked`, `line`, `graph` or `path` is to draw; made by the functions below."""

    kind: str
    title: str
    data: Json

    def as_json(self) -> Json:
        """Return what the outbox keeps."""
        return {"kind": self.kind, "title": self.title, **self.data}


def sketch_bar(
    title: str,
    items: Sequence[tuple[str, float]],
    *,
    unit: str = "",
    goal: float | None = None,
) -> Sketch:
    """Return what `bar` draws."""
    kept = {"items": [list(item) for item in items], "unit": unit, "goal": goal}
    return Sketch("bar", title, kept)


def sketch_stacked(
    title: str,
    labels: Sequence[str],
    parts: Mapping[str, Sequence[float]],
    *,
    unit: str = "",
) -> Sketch:
    """Return what `stacked` draws."""
    return Sketch("stacked", title, {"labels": list(labels), "parts": _pairs(parts), "unit": unit})


def sketch_line(
    title: str,
    x: Sequence[str],
    series: Mapping[str, Sequence[float]],
    *,
    unit: str = "",
) -> Sketch:
    """Return what `line` draws."""
    return Sketch("line", title, {"x": list(x), "series": _pairs(series), "unit": unit})


def sketch_graph(title: str, nodes: Sequence[str], edges: Sequence[Edge]) -> Sketch:
    """Return what `graph` draws."""
    kept = [[edge.source, edge.target, edge.kind.value] for edge in edges]
    return Sketch("graph", title, {"nodes": list(nodes), "edges": kept})


def sketch_radar(title: str, entries: Sequence[RadarEntry]) -> Sketch:
    """Return what `radar` draws."""
    kept = [[entry.name, entry.ring, entry.was, entry.proposed] for entry in entries]
    return Sketch("radar", title, {"entries": kept})


def sketch_path(
    title: str,
    bars: Sequence[tuple[str, float, float, bool, Sequence[int]]],
    *,
    unit: str = "",
) -> Sketch:
    """Return what `path` draws: bars as (name, start, end, critical, numbers of its needs)."""
    kept = [[name, start, end, critical, list(needs)] for name, start, end, critical, needs in bars]
    return Sketch("path", title, {"bars": kept, "unit": unit})


def draw(sketch: Json) -> Chart:
    """Draw what `as_json` gave; takes up to a second: call it in a thread. Raises Bug."""
    maker = _MAKERS.get(str(sketch.get("kind")))
    if maker is None:
        raise Bug(f"no chart is called {sketch.get('kind')!r}")
    return maker(sketch)


def _pairs(series: Mapping[str, Sequence[float]]) -> list[Any]:
    """Return a mapping as a list: JSON in a database does not keep the order of keys."""
    return [[name, list(values)] for name, values in series.items()]


def _graph(sketch: Json) -> Chart:
    edges = [Edge(one, other, DependencyKind(kind)) for one, other, kind in sketch["edges"]]
    return graph(sketch["title"], sketch["nodes"], edges)


def _radar(sketch: Json) -> Chart:
    kept = sketch["entries"]
    return radar(
        sketch["title"],
        [RadarEntry(name, ring, was, proposed=bool(later)) for name, ring, was, later in kept],
    )


_MAKERS: dict[str, Callable[[Json], Chart]] = {
    "bar": lambda s: bar(
        s["title"], [(n, v) for n, v in s["items"]], unit=s["unit"], goal=s.get("goal")
    ),
    "stacked": lambda s: stacked(s["title"], s["labels"], dict(s["parts"]), unit=s["unit"]),
    "line": lambda s: line(s["title"], s["x"], dict(s["series"]), unit=s["unit"]),
    "graph": _graph,
    "path": lambda s: path(s["title"], [Bar(*bar) for bar in s["bars"]], unit=s["unit"]),
    "radar": _radar,
}
