"""What adorns a thread is shown where the server can, and troubles nobody where it cannot."""

from typing import Any

import pytest

from bot.domain.lanes import SESSION_RENAME, SESSION_STATUS
from bot.slack.errors import OutcomeUnknown, SlackFailure, failure
from tests.unit.delivery.conftest import Outbox

OLDER = "assistant.threads.setStatus"
PLACE = {"channel_id": "D1", "thread_ts": "1.0"}


async def status(outbox: Outbox, key: str, said: str) -> None:
    await outbox.add(key, SESSION_STATUS, payload={**PLACE, "status": said})
    await outbox.drain()


def unknown(method: str) -> SlackFailure:
    return failure(method, "unknown_method")


async def test_an_older_server_is_told_the_older_way_and_remembered(outbox: Outbox) -> None:
    outbox.slack.script(SESSION_STATUS, unknown(SESSION_STATUS))
    await status(outbox, "s1", "processing")
    await status(outbox, "s2", "suspended")

    assert len(outbox.slack.made(SESSION_STATUS)) == 1
    assert [call["status"] for call in outbox.slack.made(OLDER)] == ["is working on this …", ""]
    assert (await outbox.row("s2")).state == "sent"


async def test_a_server_that_knows_neither_is_asked_once(outbox: Outbox) -> None:
    """The row ends without a word for people."""
    outbox.slack.script(SESSION_STATUS, unknown(SESSION_STATUS))
    outbox.slack.script(OLDER, unknown(OLDER))
    await status(outbox, "s1", "processing")
    await status(outbox, "s2", "active")

    assert (len(outbox.slack.made(SESSION_STATUS)), len(outbox.slack.made(OLDER))) == (1, 1)
    row = await outbox.row("s2")
    assert (row.state, row.problem) == ("dead", "")


@pytest.mark.parametrize("code", ["invalid_thread_ts", "channel_not_found"])
async def test_what_is_refused_for_one_thread_is_tried_for_the_next(
    outbox: Outbox, code: str
) -> None:
    outbox.slack.script(SESSION_STATUS, failure(SESSION_STATUS, code))
    await status(outbox, "s1", "processing")
    await status(outbox, "s2", "processing")
    assert len(outbox.slack.made(SESSION_STATUS)) == 2


@pytest.mark.parametrize(
    "trouble",
    [failure(SESSION_STATUS, "ratelimited"), OutcomeUnknown(SESSION_STATUS, "http_503")],
    ids=lambda one: type(one).__name__,
)
async def test_what_may_be_mended_is_sent_again(outbox: Outbox, trouble: SlackFailure) -> None:
    """A state said twice is the same state."""
    outbox.slack.script(SESSION_STATUS, trouble)
    await status(outbox, "s1", "processing")
    assert (await outbox.row("s1")).state == "pending"
    await outbox.drain(after=60)
    assert (await outbox.row("s1")).state == "sent"


async def test_only_the_newest_state_is_sent(outbox: Outbox) -> None:
    """Twenty changes while Slack is away make one call."""
    await outbox.add("s1", SESSION_STATUS, payload={**PLACE, "status": "processing"})
    async with outbox.database.begin() as uow:
        fresh: dict[str, Any] = {**PLACE, "status": "active"}
        await uow.outbox.replace("T1", "s1", payload=fresh, now=outbox.clock.now())
    await outbox.drain()
    assert [call["status"] for call in outbox.slack.made(SESSION_STATUS)] == ["active"]


async def test_a_title_is_told_the_older_way_too(outbox: Outbox) -> None:
    outbox.slack.script(SESSION_RENAME, unknown(SESSION_RENAME))
    await outbox.add("t1", SESSION_RENAME, payload={**PLACE, "title": "Invoices"})
    await outbox.drain()
    (call,) = outbox.slack.made("assistant.threads.setTitle")
    assert call == {**PLACE, "title": "Invoices"}
