"""The rules that make a plan a plan, over graphs that hypothesis draws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plan import MAX_ASSIGNMENTS, Assignment, Plan, problems, waves

TEAM = frozenset({"dba", "api"})
PATTERNS = frozenset({"greenfield"})


def _item(key: str, *needs: str, specialist: str = "dba") -> Assignment:
    return Assignment(
        id=key,
        specialist=specialist,
        title=key,
        brief="b",
        deliverable="d",
        depends_on=needs,
        reason="r",
    )


def _plan(*items: Assignment, pattern: str | None = "greenfield") -> Plan:
    return Plan(kind="pattern", title="t", pattern=pattern, assignments=items)


@pytest.mark.parametrize("key", ["", "a 1", "a1:edit", "<!here>", "a" * 41, '{"task_id":1}'])
def test_an_id_is_a_short_word(key: str) -> None:
    assert any(
        "no short word" in problem for problem in problems(_plan(_item(key)), TEAM, PATTERNS)
    )


@st.composite
def _graphs(draw: st.DrawFn) -> Plan:
    """Draw a plan without cycle: each needs some of those before it; then the order is lost."""
    size = draw(st.integers(1, MAX_ASSIGNMENTS))
    items = [
        _item(
            f"a{n}", *(f"a{m}" for m in draw(st.sets(st.integers(0, n - 1)) if n else st.just(())))
        )
        for n in range(size)
    ]
    return _plan(*draw(st.permutations(items)))


@given(_graphs())
def test_a_graph_without_cycle_has_no_problem(plan: Plan) -> None:
    assert problems(plan, TEAM, PATTERNS) == ()


@given(_graphs())
def test_waves_hold_everything_once_and_after_its_needs(plan: Plan) -> None:
    layers, stuck = waves(plan)
    assert not stuck
    wave_of = {key: number for number, layer in enumerate(layers) for key in layer}
    assert sorted(key for layer in layers for key in layer) == sorted(
        item.id for item in plan.assignments
    )
    for item in plan.assignments:
        needed = [wave_of[need] for need in item.depends_on]
        # As early as can be, too: right after the last of what it needs.
        assert wave_of[item.id] == max(needed, default=-1) + 1


@given(_graphs(), st.data())
def test_a_planted_cycle_is_found(plan: Plan, data: st.DataObject) -> None:
    ring = data.draw(
        st.lists(
            st.sampled_from([item.id for item in plan.assignments]),
            min_size=1,
            max_size=5,
            unique=True,
        )
    )
    follows = dict(zip(ring, ring[1:] + ring[:1], strict=True))
    planted = tuple(
        item.model_copy(update={"depends_on": (*item.depends_on, follows[item.id])})
        if item.id in follows
        else item
        for item in plan.assignments
    )
    layers, stuck = waves(plan.model_copy(update={"assignments": planted}))
    assert set(ring) <= stuck
    assert not stuck.intersection(key for layer in layers for key in layer)
    found = problems(plan.model_copy(update={"assignments": planted}), TEAM, PATTERNS)
    assert any("wait for each other" in sentence for sentence in found)


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (Plan(kind="answer", title="t"), "the answer is empty"),
        (Plan(kind="answer", title="t", answer="  "), "the answer is empty"),
        (_plan(), "there are no assignments"),
        (_plan(_item("a"), pattern="x"), "pattern 'x' is unknown"),
        (_plan(_item("a", specialist="x")), "a: specialist 'x' is unknown"),
        (_plan(_item("a", "b")), "a: depends on unknown 'b'"),
        (_plan(_item("a"), _item("a")), "id 'a' stands twice"),
        (_plan(_item("a", "a")), "assignments wait for each other: a"),
        (
            _plan(*(_item(f"a{n}") for n in range(MAX_ASSIGNMENTS + 1))),
            f"{MAX_ASSIGNMENTS + 1} assignments are more than {MAX_ASSIGNMENTS}",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(plan: Plan, said: str) -> None:
    assert problems(plan, TEAM, PATTERNS) == (said,)


def test_an_answer_needs_nothing_but_text() -> None:
    assert problems(Plan(kind="answer", title="t", answer="42"), TEAM, PATTERNS) == ()


def test_a_plan_may_have_no_pattern() -> None:
    assert problems(_plan(_item("a"), pattern=None), TEAM, PATTERNS) == ()


def test_assignment_by_id() -> None:
    plan = _plan(_item("a"), _item("b"))
    assert plan.assignment("b").id == "b"
    with pytest.raises(KeyError):
        plan.assignment("c")
