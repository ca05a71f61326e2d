"""Splitting: nothing lost, nothing too long, fences, rows, words and marks kept whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.split import SMALLEST, cut, split
from bot.slack.text import size
from tests.unit.slack.samples import TEXT

_LIMITS = st.integers(SMALLEST, 400)


@given(TEXT, _LIMITS)
def test_nothing_is_lost_and_nothing_is_too_long(text: str, limit: int) -> None:
    pieces = cut(text, limit)
    assert "".join(piece.body for piece in pieces) == text
    assert all(size(piece.text) <= limit for piece in pieces)


_WORDS = st.lists(st.from_regex(r"[a-z]{1,20}", fullmatch=True), max_size=80)


@given(_WORDS, _LIMITS)
def test_words_stay_whole(words: list[str], limit: int) -> None:
    assert " ".join(split(" ".join(words), limit)).split() == words


@given(st.lists(st.from_regex(r"\| [a-z]{1,20} \| [a-z]{1,20} \|", fullmatch=True)), _LIMITS)
def test_rows_stay_whole(rows: list[str], limit: int) -> None:
    pieces = split("\n".join(rows), limit)
    assert [row for piece in pieces for row in piece.splitlines()] == rows


@given(_WORDS, st.lists(st.text("abc ", max_size=50), max_size=30), _WORDS, _LIMITS)
def test_each_piece_has_its_fences_closed(
    before: list[str], code: list[str], after: list[str], limit: int
) -> None:
    text = f"{' '.join(before)}\n```py\n" + "\n".join(code) + f"\n```\n{' '.join(after)}"
    for piece in split(text, limit):
        marks = [line for line in piece.splitlines() if line.startswith("```")]
        assert len(marks) % 2 == 0


def test_a_long_fence_is_closed_and_opened_again() -> None:
    code = "\n".join(f"line {number:02}" for number in range(12))
    first, second, *_ = split(f"```\n{code}\n```", SMALLEST)
    assert first.startswith("```\nline 00\n")
    assert first.endswith("\n```")
    assert second.startswith("```\nline 0")


def test_a_fence_that_hardly_begins_moves_to_the_next_piece() -> None:
    first, second = split("x" * 40 + "\n```\n" + "y" * 40 + "\n```", SMALLEST)
    assert first == "x" * 40 + "\n"
    assert second == "```\n" + "y" * 40 + "\n```"


@pytest.mark.parametrize("mark", ["<https://x.y/a|some words>", "&amp;", "🧾"])
def test_links_entities_and_emoji_stay_whole(mark: str) -> None:
    for shift in range(SMALLEST):
        pieces = split("a" * shift + " " + mark + " b" * 40, SMALLEST)
        assert any(mark in piece for piece in pieces)


def test_a_word_longer_than_a_piece_is_cut_where_it_must() -> None:
    assert split("y" * 150, 64) == ["y" * 64, "y" * 64, "y" * 22]


def test_empty_text_has_no_pieces() -> None:
    assert split("", 100) == []
