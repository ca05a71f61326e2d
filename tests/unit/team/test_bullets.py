"""The bullet parser takes every text apart without loss, or says why not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.playbook import FACTS, MAX_BULLET_CHARS
from bot.team.cards import parse_bullet

NAME = st.from_regex(r"[a-z0-9][a-z0-9.+#_-]{0,11}", fullmatch=True)
PLAIN = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="{}`()"), min_size=1
).filter(lambda text: len(text) <= 60)


def expressions() -> st.SearchStrategy[tuple[str, frozenset[str]]]:
    """Arithmetic over facts, with the set of facts in it."""
    leaf = st.sampled_from(FACTS).map(lambda name: (name, frozenset({name}))) | st.integers(
        0, 10**6
    ).map(lambda number: (str(number), frozenset[str]()))
    operator = st.sampled_from(["+", "-", "*", "/"])
    pair = st.tuples(leaf, operator, leaf)
    return leaf | pair.map(lambda p: (f"({p[0][0]}{p[1]}{p[2][0]})", p[0][1] | p[2][1]))


@given(st.lists(NAME, min_size=1, max_size=4), PLAIN)
def test_condition_and_text_come_apart(names: list[str], text: str) -> None:
    bullet = parse_bullet(f"({'|'.join(names)}) {text}")
    assert bullet.technologies == tuple(names)
    assert bullet.text == text


@given(PLAIN)
def test_text_without_condition_stays_as_it_is(text: str) -> None:
    bullet = parse_bullet(text)
    assert (bullet.text, bullet.technologies, bullet.facts) == (text, (), ())


@given(st.lists(expressions(), max_size=3), PLAIN)
def test_facts_are_exactly_those_of_the_slots(
    slots: list[tuple[str, frozenset[str]]], text: str
) -> None:
    whole = " ".join([text, *(f"{{{slot}}}" for slot, _ in slots)])
    bullet = parse_bullet(whole)
    assert set(bullet.facts) == frozenset().union(*(facts for _, facts in slots))
    assert len(bullet.facts) == len(set(bullet.facts))


@given(st.text())
def test_any_text_gives_a_bullet_or_a_reason(text: str) -> None:
    """Nothing else is raised; whatever is taken keeps the limits and loses no character."""
    try:
        bullet = parse_bullet(text)
    except ValueError:
        return
    assert 0 < len(bullet.text) <= MAX_BULLET_CHARS
    assert text.endswith(bullet.text)
    assert set(bullet.facts) <= set(FACTS)


@given(st.text("{}rps*+()`' .\"0123456789_[]:=", max_size=40))
def test_braces_are_arithmetic_or_refused(text: str) -> None:
    """In what is taken, each brace outside of code belongs to a slot."""
    try:
        bullet = parse_bullet(text)
    except ValueError:
        return
    rest = re.sub(r"\{[^{}]*\}", "", re.sub(r"`[^`]*`", "", bullet.text))
    assert "{" not in rest
    assert "}" not in rest


def test_code_keeps_its_braces() -> None:
    """`{id}` in code is a path parameter, not a fact."""
    assert parse_bullet("Use `GET /orders/{id}` at {rps} requests/s.").facts == ("rps",)


def test_a_parenthesis_that_is_prose_is_no_condition() -> None:
    bullet = parse_bullet("(PostgreSQL 17, or later) Use it.")
    assert bullet.technologies == ()


@pytest.mark.parametrize("length", [180, 181])
def test_the_limit_counts_the_text_only(length: int) -> None:
    """The condition does not count: people never see it."""
    text = "x" * length
    if length > MAX_BULLET_CHARS:
        with pytest.raises(ValueError, match="at most 180"):
            parse_bullet(f"(java) {text}")
    else:
        assert parse_bullet(f"(java) {text}").text == text
