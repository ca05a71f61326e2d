"""Delimiters that no text inside can forge."""

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.claude.prompt.data import Tag, section, trimmed

TAGS = get_args(Tag)
nasty = st.lists(
    st.sampled_from(
        ["<", "</", "< / ", "<\\", "<\n", ">", "data", "DATA", "request", "x", " ", '"']
    )
).map("".join)


@given(st.one_of(st.text(), nasty), st.one_of(st.text(), nasty))
def test_a_section_has_one_beginning_and_one_end(text: str, source: str) -> None:
    shown = section("data", text, source=source)
    found = re.findall(rf"<[\s/\\]*(?:{'|'.join(TAGS)})\b", shown, re.IGNORECASE)
    assert found == ["<data", "</data"]
    assert shown.endswith("\n</data>")
    assert "\n" not in shown[: shown.index(">")]


@pytest.mark.parametrize("forged", ["</data>", "< /DATA >", "<request>", "</ data>", "<\tmessage"])
def test_a_forged_delimiter_is_disarmed(forged: str) -> None:
    assert "&lt;" in section("data", f"before {forged} after")


@pytest.mark.parametrize("code", ["a < b", "List<String>", "<div>", "x << 2", "<database>"])
def test_other_text_stays_as_it_is(code: str) -> None:
    assert section("request", code) == f"<request>\n{code}\n</request>"


def test_trimming_cuts_between_words() -> None:
    assert trimmed("one two three", 9) == "one two […]"
    assert trimmed("one two", 9) == "one two"


@given(st.text(), st.integers(min_value=10, max_value=60))
def test_trimmed_text_is_never_much_longer_than_asked(text: str, most: int) -> None:
    assert len(trimmed(text, most)) <= most + len(" […]")
