"""An answer links to the messages that it rests on, where Slack gives their addresses."""

from collections.abc import Sequence
from typing import Any

from bot.slack.cards.citation import Citation, citing
from bot.slack.errors import failure
from bot.slack.limits import MESSAGE_BLOCKS
from tests.unit.delivery.conftest import CHANNEL, Outbox

URL = "https://example.slack.com/archives/C1/p1"
BLOCKS = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "D-3 holds."}},
    {"type": "actions"},
]


async def answered(
    outbox: Outbox, *citations: Citation, blocks: Sequence[Any] = BLOCKS
) -> dict[str, Any]:
    payload = citing({"text": "D-3 holds.", "thread_ts": "1.0", "blocks": blocks}, citations)
    await outbox.add("answer", payload=payload)
    await outbox.drain()
    (message,) = outbox.slack.messages
    return message


async def test_links_stand_below_the_words(outbox: Outbox) -> None:
    outbox.slack.permalinks["1.5"] = URL
    message = await answered(outbox, Citation("D-3", CHANNEL, "1.5"))
    first, links, last = message["blocks"]
    assert (first, last) == tuple(BLOCKS)
    assert links["elements"][0]["text"] == f"Sources: <{URL}|D-3>"
    assert "cited" not in message


async def test_a_message_that_is_full_makes_room_for_them(outbox: Outbox) -> None:
    """One block more than Slack takes would cost the message its form, and its buttons."""
    outbox.slack.permalinks["1.5"] = URL
    full = [*BLOCKS[:1] * (MESSAGE_BLOCKS - 1), BLOCKS[1]]
    message = await answered(outbox, Citation("D-3", CHANNEL, "1.5"), blocks=full)
    assert len(message["blocks"]) <= MESSAGE_BLOCKS
    assert "Sources" in str(message["blocks"][-2])
    assert message["blocks"][-1] == BLOCKS[1]


async def test_an_address_that_slack_refuses_holds_nothing_up(outbox: Outbox) -> None:
    outbox.slack.permalinks["2.5"] = URL
    outbox.slack.script("chat.getPermalink", failure("chat.getPermalink", "message_not_found"))
    two = Citation("D-3", CHANNEL, "1.5"), Citation("T-1", CHANNEL, "2.5")
    message = await answered(outbox, *two)
    assert message["blocks"][1]["elements"][0]["text"] == f"Sources: <{URL}|T-1>"


async def test_without_any_the_message_is_as_it_was(outbox: Outbox) -> None:
    outbox.slack.permalinks["1.5"] = "https://evil.example|<!channel>"
    message = await answered(outbox, Citation("D-3", CHANNEL, "1.5"))
    assert message["blocks"] == BLOCKS
