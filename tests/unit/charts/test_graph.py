"""The picture of services: the same bytes again, all said in words, every size up to its limit."""

import pytest

from bot.domain.service import DependencyKind, Edge
from bot.errors import Bug
from bot.slack.charts import MOST_NODES, graph

NAMES = [f"service-{n}" for n in range(MOST_NODES)]
EDGES = [
    Edge(NAMES[n // 2], NAMES[n], list(DependencyKind)[n % 3]) for n in range(1, MOST_NODES)
] + [
    Edge(NAMES[0], NAMES[19], DependencyKind.SYNC),
    Edge(NAMES[19], NAMES[0], DependencyKind.ASYNC),
    Edge(NAMES[8], NAMES[11], DependencyKind.DATA),
]


@pytest.mark.parametrize("count", [1, 2, MOST_NODES])
def test_it_is_a_picture_and_the_same_again(count: int) -> None:
    chart = graph("Shop", NAMES[:count], EDGES)
    assert chart.png.startswith(b"\x89PNG")
    assert graph("Shop", NAMES[:count], EDGES).png == chart.png
    assert f"{count} services" in chart.alt


def test_the_words_say_who_uses_whom() -> None:
    alt = graph("Shop", NAMES[:3], EDGES).alt
    assert "service-0 uses service-1 (messages)" in alt
    assert "service-19" not in alt


@pytest.mark.parametrize("names", [[], [str(n) for n in range(MOST_NODES + 1)]])
def test_none_and_too_many_are_our_fault(names: list[str]) -> None:
    with pytest.raises(Bug):
        graph("Shop", names, [])
