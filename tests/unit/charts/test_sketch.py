"""What the outbox keeps of a chart draws the same chart later."""

import json
from collections.abc import Callable

import pytest

from bot.domain.service import DependencyKind, Edge
from bot.errors import Bug
from bot.slack.charts import (
    Chart,
    Sketch,
    bar,
    draw,
    graph,
    line,
    sketch_bar,
    sketch_graph,
    sketch_line,
    sketch_stacked,
    stacked,
)

PARTS = {"waiting": [1.0, 2.0], "done": [3.0, 0.5]}
EDGES = [Edge("orders", "payments", DependencyKind.ASYNC)]


@pytest.mark.parametrize(
    ("sketch", "direct"),
    [
        (
            sketch_bar("Score", [("Kafka", 4.5), ("SQS", 3)], unit="$"),
            lambda: bar("Score", [("Kafka", 4.5), ("SQS", 3)], unit="$"),
        ),
        (
            sketch_stacked("Load", ["Go", "Java"], PARTS),
            lambda: stacked("Load", ["Go", "Java"], PARTS),
        ),
        (sketch_line("Left", ["Mon", "Tue"], PARTS), lambda: line("Left", ["Mon", "Tue"], PARTS)),
        (
            sketch_graph("Services", ["orders", "payments"], EDGES),
            lambda: graph("Services", ["orders", "payments"], EDGES),
        ),
    ],
    ids=lambda one: one.kind if isinstance(one, Sketch) else "",
)
def test_through_json_it_is_the_same_chart(sketch: Sketch, direct: Callable[[], Chart]) -> None:
    """Also where the database sorts keys, as PostgreSQL's does: parts keep their order."""
    kept = json.loads(json.dumps(sketch.as_json(), sort_keys=True))
    assert draw(kept) == direct()


def test_an_unknown_kind_is_our_mistake() -> None:
    with pytest.raises(Bug):
        draw({"kind": "pie", "title": "No"})
