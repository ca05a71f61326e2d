"""The matrix's arithmetic: exact, with its gaps and ties said, its turns as by trying all."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.matrix import DEFAULTS, Criterion, Result, Score, evaluate, turns
from bot.domain.matrix.criteria import parse_criteria, parse_options, show_criteria
from bot.domain.matrix.words import verdict
from bot.errors import UserFacingError
from tests.support.examples import examples

TWO = (Criterion(name="a", weight=60), Criterion(name="b", weight=40))


def scores(*rows: tuple[str, str, int | None]) -> list[Score]:
    return [Score(o, c, f"U{n}", v) for n, (o, c, v) in enumerate(rows)]


def test_a_total_is_the_weighted_mean_of_means() -> None:
    result = evaluate(
        ("X", "Y"),
        TWO,
        scores(("X", "a", 5), ("X", "a", 4), ("X", "b", 1), ("Y", "a", 3), ("Y", "b", 5)),
    )
    assert result.totals == {"X": Fraction(31, 10), "Y": Fraction(38, 10)}
    assert result.winners == ("Y",)
    cell = result.cells["X", "a"]
    assert (cell.mean, cell.count) == (Fraction(9, 2), 2)


def test_a_criterion_without_a_score_for_one_is_left_out_for_all() -> None:
    result = evaluate(
        ("X", "Y"), TWO, scores(("X", "a", 5), ("Y", "a", 4), ("X", "b", 1), ("Y", "b", None))
    )
    assert result.totals == {"X": 5, "Y": 4}
    assert [item.name for item in result.left_out] == ["b"]
    assert result.missing == (("Y", "b"),)


def test_nothing_is_compared_where_nobody_scored() -> None:
    result = evaluate(("X", "Y"), TWO, scores(("X", "a", 5)))
    assert (result.totals, result.winners, turns(result)) == ({}, (), ())


def test_a_tie_names_both_and_turns_nowhere() -> None:
    result = evaluate(
        ("X", "Y"), TWO, scores(("X", "a", 3), ("Y", "a", 3), ("X", "b", 2), ("Y", "b", 2))
    )
    assert result.winners == ("X", "Y")
    assert turns(result) == ()


def test_the_turn_is_where_the_lines_cross() -> None:
    """X: 5 and 1, Y: 3 and 4. 5x + (1-x) = 3x + 4(1-x) at x = 3/5, which is a's own weight."""
    criteria = (Criterion(name="a", weight=70), Criterion(name="b", weight=30))
    result = evaluate(
        ("X", "Y"), criteria, scores(("X", "a", 5), ("Y", "a", 3), ("X", "b", 1), ("Y", "b", 4))
    )
    assert result.winners == ("X",)
    found = {(t.criterion, t.direction): (t.at, t.winners) for t in turns(result)}
    assert found == {
        ("a", "under"): (Fraction(3, 5), ("Y",)),
        ("b", "over"): (Fraction(2, 5), ("Y",)),
    }


@st.composite
def results(draw: st.DrawFn) -> Result:
    """Any matrix of two to four options and criteria, all scored."""
    options = [f"o{n}" for n in range(draw(st.integers(2, 4)))]
    count = draw(st.integers(2, 4))
    cuts = sorted(draw(st.sets(st.integers(1, 99), min_size=count - 1, max_size=count - 1)))
    weights = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    criteria = [Criterion(name=f"c{n}", weight=w) for n, w in enumerate(weights)]
    given_scores = [
        Score(o, c.name, f"U{n}", draw(st.integers(1, 5)))
        for o in options
        for c in criteria
        for n in range(draw(st.integers(1, 2)))
    ]
    return evaluate(options, criteria, given_scores)


def winners_at(result: Result, criterion: str, share: Fraction) -> set[str]:
    """Try it: compute every total anew with that share."""
    others = sum(item.weight for item in result.compared if item.name != criterion)
    totals = {}
    for option in result.options:
        total = Fraction(0)
        for item in result.compared:
            mean = result.cells[option, item.name].mean
            assert mean is not None
            own = item.name == criterion
            total += mean * (share if own else (1 - share) * Fraction(item.weight, others))
        totals[option] = total
    best = max(totals.values())
    return {option for option, total in totals.items() if total == best}


@examples(20)
@given(results())
def test_turns_are_those_of_trying_every_weight(result: Result) -> None:
    """Up to each turn the winner stays, right beyond it the named ones win; else it never moves."""
    if len(result.winners) != 1:
        assert turns(result) == ()
        return
    found = {(turn.criterion, turn.direction): turn for turn in turns(result)}
    steps = [Fraction(n, 50) for n in range(51)]
    tiny = Fraction(1, 10**9)
    for item in result.compared:
        under, over = found.get((item.name, "under")), found.get((item.name, "over"))
        low, high = under.at if under else 0, over.at if over else 1
        for share in steps:
            # At the very ends others may draw level, but nothing lies beyond.
            if low < share < high and 0 < share < 1:
                assert winners_at(result, item.name, share) == set(result.winners)
        for turn, beyond in ((under, -tiny), (over, tiny)):
            if turn is not None:
                assert winners_at(result, item.name, turn.at + beyond) == set(turn.winners)
                assert set(turn.winners) != set(result.winners)
                assert set(result.winners) <= winners_at(result, item.name, turn.at)


@pytest.mark.parametrize(("name", "said"), [("X", "X has 3 of 5."), ("", "An option has 3 of 5.")])
def test_options_of_one_name_have_no_winner_by_so_much(name: str, said: str) -> None:
    """A form lets none through; a forgotten channel's options have no name any more."""
    result = evaluate((name, name), TWO, scores((name, "a", 3), (name, "b", 3)))
    assert verdict(result) == said
    assert turns(result) == ()


def test_the_default_weights_are_the_seed_s() -> None:
    assert [item.weight for item in DEFAULTS] == [35, 25, 20, 10, 10]
    assert parse_criteria(show_criteria(DEFAULTS)) == DEFAULTS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no criteria"),
        ("speed", "has no weight"),
        ("speed 60\ncost 30", "sum to 90 %"),
        ("speed 50\nSpeed 50", "stands twice"),
        ("speed 0\ncost 100", "from 1 to 100"),
        ("\n".join(f"c{n} 10" for n in range(10)), "too many"),
        (f"{'x' * 50} 100", "too long"),
    ],
)
def test_criteria_that_do_not_work_are_refused(text: str, said: str) -> None:
    with pytest.raises(UserFacingError, match=said):
        parse_criteria(text)


def test_criteria_are_read_in_many_forms() -> None:
    found = parse_criteria("- speed: 60 %, cost = 30; p95 latency 10%")
    assert [(c.name, c.weight) for c in found] == [("speed", 60), ("cost", 30), ("p95 latency", 10)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Kafka", "nothing to compare"),
        ("Kafka\nkafka", "stands twice"),
        ("\n".join(f"o{n}" for n in range(9)), "too many"),
        (f"{'x' * 70}\nKafka", "too long"),
    ],
)
def test_options_that_do_not_work_are_refused(text: str, said: str) -> None:
    with pytest.raises(UserFacingError, match=said):
        parse_options(text)


def test_options_are_lines() -> None:
    assert parse_options("- Kafka\n\n• NATS  JetStream \n") == ("Kafka", "NATS JetStream")
