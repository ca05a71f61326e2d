"""What a command's `channel_name` tells of its channel."""

import pytest

from handlers.privacy import command_is_private, event_is_private


@pytest.mark.parametrize(
    ("name", "private"),
    [
        ("privategroup", True),
        ("directmessage", True),
        ("mpdm-maya--tom-1", True),
        ("backend", None),
        ("", None),
    ],
)
def test_only_slacks_own_words_tell(name: str, private: bool | None) -> None:
    assert command_is_private(name) is private


def test_an_event_tells_by_its_channel_type() -> None:
    assert event_is_private({"channel_type": "channel"}) is False
    assert event_is_private({"channel_type": "mpim"}) is True
    assert event_is_private({}) is None
