"""Messages are put together from events of servers that leave things out, or say nothing."""

from typing import Any

import pytest

from bot.model.claude.reader import MessageReader

START = {"type": "content_block_start", "content_block": {"type": "text", "text": None}}
STOP = {"type": "message_stop"}


def delta(piece: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "delta": {"type": "text_delta", "text": piece}}


@pytest.mark.parametrize("begun", [[START], []])
def test_a_piece_that_says_nothing_adds_nothing(begun: list[dict[str, Any]]) -> None:
    reader = MessageReader("m")
    ended = {"type": "message_delta", "delta": {"stop_reason": "tool_use"}}
    call = {"type": "tool_use", "id": "t", "name": "look"}
    asked = {"type": "content_block_start", "content_block": call}
    piece = {"type": "input_json_delta", "partial_json": None}
    asked_for = {"type": "content_block_delta", "delta": piece}
    for event in (*begun, delta(None), delta("Yes."), delta(None), asked, asked_for, ended, STOP):
        reader.read(event)
    heard = reader.message()
    assert heard.text == "Yes."
    assert [block["type"] for block in heard.content] == ["text", "tool_use"]
    assert heard.content[0]["text"] == "Yes."
