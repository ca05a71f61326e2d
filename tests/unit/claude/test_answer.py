"""Finding the JSON object in whatever a model wrote."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.output import Answer, SpecialistOutput
from bot.model.claude.answer import MOST_PROBLEMS, Unusable, parse

GOOD = '{"text": "Use a unique index."}'


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"\n\n  {GOOD}\n",
        f"Here it is:\n```json\n{GOOD}\n```\nAnything else?",
        f"```\n{GOOD}\n```",
        f"Use {{braces}} with care. {GOOD} And {{so on}}.",
        f'{{"other": 1}} {GOOD}',
        f'{{"thought": "{{"}} {GOOD}',
        '{"text": "Use a unique\u0020index."}',
        '{"text": "Use a unique\\u0000 index."}',
    ],
)
def test_an_object_is_found(text: str) -> None:
    assert parse(text, Answer).text == "Use a unique index."


@pytest.mark.parametrize("prose", ["", "Here it is: "])
def test_words_about_the_character_that_no_database_stores_stay(prose: str) -> None:
    told = r"jsonb refuses \u0000, C:\\u0000 too"
    assert parse(f"{prose}{json.dumps({'text': told})}", Answer).text == told
    assert parse(prose + r'{"text": "\\\u0000."}', Answer).text == "\\."


def test_a_line_break_inside_a_string_is_forgiven() -> None:
    assert parse('{"text": "two\nlines"}', Answer).text == "two\nlines"


@pytest.mark.parametrize("text", ["", "no", "{", '{"text": "cut of', "[1, 2]", "{" * 5000])
def test_without_an_object_it_is_unusable(text: str) -> None:
    with pytest.raises(Unusable) as caught:
        parse(text, Answer)
    assert caught.value.problems == ("there is no JSON object in it",)


def test_deep_nesting_is_unusable_and_not_a_crash() -> None:
    with pytest.raises(Unusable):
        parse('{"a":' * 3000 + "1" + "}" * 3000, Answer)


def test_problems_name_the_field_and_not_its_value() -> None:
    with pytest.raises(Unusable) as caught:
        parse('{"headline": 5, "secret": "hunter2"}', SpecialistOutput)
    assert caught.value.problems == (
        "headline: Input should be a valid string",
        "bullets: Field required",
    )


def test_problems_are_those_of_the_largest_object() -> None:
    with pytest.raises(Unusable) as caught:
        parse('{"a": 1} {"headline": "Do it.", "detail": "long and good"}', SpecialistOutput)
    assert caught.value.problems == ("bullets: Field required",)


def test_many_problems_are_counted() -> None:
    calculations = [{"label": "x"}] * 20
    given = {"headline": "h", "bullets": [], "calculations": calculations}
    with pytest.raises(Unusable) as caught:
        parse(json.dumps(given), SpecialistOutput)
    assert len(caught.value.problems) == MOST_PROBLEMS + 1
    assert caught.value.problems[-1] == "and 32 more"


def test_a_lone_surrogate_never_reaches_a_database() -> None:
    assert parse('{"text": "a\\ud800b"}', Answer).text == "a?b"


@given(st.text(), st.text(), st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_prose_around_an_object_does_not_hide_it(before: str, after: str, value: str) -> None:
    prose = before.replace("{", "(").replace("`", "'"), after.replace("`", "'")
    text = f"{prose[0]} {json.dumps({'text': value})} {prose[1]}"
    assert parse(text, Answer).text == value.replace("\0", "")
