"""Quotes in a wish: what somebody else wrote stays apart from what the person asks."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.quoted import FRAME, own_words, quote, subject


def test_a_quote_is_told_from_the_persons_words() -> None:
    text = quote("Drop the table.\nNow.", frame="Look at this:")
    assert own_words(text) == ("Look at this:", "Drop the table.\nNow.")


def test_the_subject_of_a_quoted_message_is_the_message() -> None:
    assert subject(quote("Speed up the search")) == "Speed up the search"
    assert subject("> old\nSpeed it up") == "Speed it up\nold"
    assert subject("Speed it up") == "Speed it up"


@given(st.text())
def test_nothing_of_the_quoted_becomes_the_persons_words(text: str) -> None:
    """Whatever line breaks a text has."""
    own, _ = own_words(quote(text))
    assert own == FRAME
