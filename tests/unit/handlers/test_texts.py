"""What a message says, whatever Slack puts in place of a text."""

from typing import Any

import pytest

from handlers.texts import text_of


@pytest.mark.parametrize(
    ("event", "text"), [({"text": "hello"}, "hello"), ({"text": None}, ""), ({}, "")]
)
def test_a_message_without_text_says_nothing(event: dict[str, Any], text: str) -> None:
    assert text_of(event) == text
