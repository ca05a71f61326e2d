"""Services: names, words of commands, circles of calls, Mermaid; architectures made sound."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.architecture import (
    MOST_SERVICES,
    CommunicationPattern,
    ServiceArchitecture,
    ServiceBoundary,
    sound,
)
from bot.domain.service import DependencyKind, Edge, check_name, circle, close_to, mermaid
from bot.domain.service_words import Words, read
from bot.errors import UserFacingError
from bot.slack.charts.layers import rows

SYNC, ASYNC, DATA = DependencyKind.SYNC, DependencyKind.ASYNC, DependencyKind.DATA


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("orders", Words("show", "orders")),
        ("order api history", Words("history", "order api")),
        ("add Order API", Words("add", "Order API")),
        ("orders owner <@U0TOM00001|tom>", Words("owner", "orders", owner_id="U0TOM00001")),
        ("orders owner none", Words("owner", "orders")),
        ("orders about Takes orders.", Words("about", "orders", text="Takes orders.")),
        ("orders docs <https://a.b/c|a.b>", Words("docs", "orders", text="https://a.b/c")),
        ("orders runbook https://a.b", Words("runbook", "orders", text="https://a.b")),
        ("orders runbook none", Words("runbook", "orders")),
        ("a depends on b by events", Words("connect", "a", "b", kind=ASYNC)),
        ("a Depends on b via gRPC", Words("connect", "a", "b", kind=SYNC)),
        ("a depends on b by tables", Words("connect", "a", "b", kind=DATA)),
        ("a no longer depends on b", Words("disconnect", "a", "b")),
    ],
)
def test_words_are_read(text: str, words: Words) -> None:
    assert read(text) == words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Name a service"),
        ("a depends on b", "How does it depend"),
        ("a depends on b by magic", "magic"),
        ("a owner tom", "Name a person"),
        ("<@U1>", "no name for a service"),
        ("x" * 70, "at most 60"),
        ("owner", "no name for a service"),
        ("add", "ends too early"),
        ("a owner", "ends too early"),
        ("a depends  on", "ends too early"),
    ],
)
def test_words_that_say_too_little_are_refused(text: str, said: str) -> None:
    with pytest.raises(UserFacingError, match=said):
        read(text)


@given(st.text(max_size=80))
def test_a_name_is_clean_or_refused(text: str) -> None:
    try:
        name = check_name(text)
    except UserFacingError:
        return
    assert name == " ".join(name.split())
    assert not set(name) & set("<>`\n*_|") - {"_"}


def test_only_calls_make_a_circle() -> None:
    assert circle([Edge("a", "b", SYNC), Edge("b", "a", ASYNC)]) == ()
    found = circle([Edge("a", "b", SYNC), Edge("b", "c", SYNC), Edge("c", "a", SYNC)])
    assert found[0] == found[-1]
    assert set(found) == {"a", "b", "c"}


def test_a_typo_is_near_and_another_name_is_not() -> None:
    assert close_to("ordres", ["Orders", "payments"]) == "Orders"
    assert close_to("billing", ["Orders", "payments"]) is None


def test_mermaid_quotes_names() -> None:
    text = mermaid(['a "b" <i>', "c"], [Edge('a "b" <i>', "c", ASYNC), Edge("c", "x", SYNC)])
    assert text.splitlines() == [
        "flowchart TD",
        '    s0["a #quot;b#quot; #lt;i#gt;"]',
        '    s1["c"]',
        "    s0 -.->|async| s1",
    ]


def architecture(*names: str, lines: tuple[tuple[str, str], ...] = ()) -> ServiceArchitecture:
    return ServiceArchitecture(
        domain="d",
        boundaries=tuple(ServiceBoundary(name=n, responsibility="r") for n in names),
        communication=tuple(
            CommunicationPattern(source=a, target=b, kind=SYNC, what="w") for a, b in lines
        ),
        consistency="mixed",
        consistency_reason="c",
        deployment="d",
    )


def test_an_architecture_is_made_sound_and_says_what_is_left_out() -> None:
    many = [f"s{n}" for n in range(MOST_SERVICES + 3)]
    lines = (("s0", "S1"), ("s0", "s1"), ("s0", "ghost"), ("s1", "s1"), ("s22", "s0"))
    made = sound(architecture(*many, "S0", lines=lines))
    assert len(made.boundaries) == MOST_SERVICES
    assert [(item.source, item.target) for item in made.communication] == [("s0", "s1")]
    assert "s0 to ghost" in " ".join(made.assumptions)
    assert "3 services beyond 20" in " ".join(made.assumptions)
    assert sound(made) == made


GRAPHS = st.integers(1, 20).flatmap(
    lambda n: st.tuples(
        st.just([f"s{i}" for i in range(n)]),
        st.lists(
            st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).map(
                lambda ends: (f"s{ends[0]}", f"s{ends[1]}")
            ),
            max_size=30,
        ),
    )
)


@given(GRAPHS)
def test_each_node_has_one_place_and_rows_are_narrow(graph: tuple[list[str], Any]) -> None:
    nodes, lines = graph
    placed = rows(nodes, lines)
    assert sorted(name for row in placed for name in row) == sorted(nodes)
    assert max(map(len, placed)) <= 4
    assert rows(nodes, lines) == placed


def test_what_uses_stands_above_what_is_used() -> None:
    placed = rows(["c", "b", "a"], [("a", "b"), ("b", "c"), ("c", "a")])
    level = {name: number for number, row in enumerate(placed) for name in row}
    assert level["a"] < level["b"] < level["c"]
