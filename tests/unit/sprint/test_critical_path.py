"""The critical path against brute force over all chains, and circles named."""

from collections.abc import Iterator
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.sprint.critical_path import circle, critical_path
from tests.support.examples import examples

Graph = tuple[dict[str, float], dict[str, list[str]]]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Return up to seven items, each of which may need some of those before it."""
    names = [f"i{n}" for n in range(draw(st.integers(1, 7)))]
    sizes = st.sampled_from([0.5, 1, 2, 3, 5, 8])
    needs = {
        name: draw(st.lists(st.sampled_from(names[:at]), unique=True, max_size=3)) if at else []
        for at, name in enumerate(names)
    }
    return {name: draw(sizes) for name in names}, needs


def chains(needs: dict[str, list[str]], name: str) -> Iterator[tuple[str, ...]]:
    """Yield every chain that ends with an item."""
    yield (name,)
    for need in needs[name]:
        for chain in chains(needs, need):
            yield (*chain, name)


@examples(15)
@given(graphs())
def test_it_is_the_longest_of_all_chains(graph: Graph) -> None:
    durations, needs = graph
    found = critical_path(durations, needs)
    lengths = {
        chain: sum(durations[name] for name in chain)
        for last in durations
        for chain in chains(needs, last)
    }
    assert found.length == max(lengths.values())
    assert lengths[found.path] == found.length
    assert set(found.path) <= found.critical


@examples(15)
@given(graphs(), st.data())
def test_slack_is_what_an_item_may_grow(graph: Graph, data: st.DataObject) -> None:
    durations, needs = graph
    found = critical_path(durations, needs)
    name = data.draw(st.sampled_from(sorted(durations)))
    slack = found.planned[name].slack
    assert slack >= 0
    just = critical_path({**durations, name: durations[name] + slack}, needs)
    over = critical_path({**durations, name: durations[name] + slack + 1}, needs)
    assert (just.length, over.length) == (found.length, found.length + 1)


def test_an_item_begins_when_all_it_needs_is_done() -> None:
    found = critical_path({"a": 3, "b": 5, "c": 1}, {"c": ["a", "b"], "b": ["gone"]})
    assert (found.planned["c"].start, found.planned["a"].slack) == (5, 2)
    assert found.path == ("b", "c")
    assert critical_path({}, {}).path == ()


def test_a_circle_is_named_in_the_order_of_waiting() -> None:
    needs = {"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]}
    found = circle(needs)
    assert found[0] == found[-1]
    assert all(after in needs[before] for before, after in pairwise(found))
    assert circle({"a": ["b"], "b": []}) == ()
