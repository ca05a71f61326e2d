"""Lanes: a channel's posts keep their order and pace, edits and reactions do not wait for them."""

import asyncio

from bot.slack.errors import RateLimited, failure
from tests.support.replacing import replace_method
from tests.unit.delivery.conftest import Outbox


async def test_posts_of_a_channel_go_in_order(outbox: Outbox) -> None:
    for key in ("a", "b", "c"):
        await outbox.add(key)
    await outbox.drain()

    assert outbox.slack.texts == ["a", "b", "c"]
    row = await outbox.row("b")
    assert (row.state, row.sent_ts) == ("sent", outbox.slack.messages[1]["ts"])
    assert row.sent_at == outbox.clock.now()


async def test_a_burst_goes_at_once_and_the_rest_one_a_second(outbox: Outbox) -> None:
    for number in range(7):
        await outbox.add(f"p{number}")
    await outbox.drain()
    assert len(outbox.slack.texts) == 4

    await outbox.drain(after=1)
    assert len(outbox.slack.texts) == 5
    await outbox.drain(after=2)
    assert outbox.slack.texts == [f"p{number}" for number in range(7)]


async def test_a_post_that_waits_holds_back_its_channel_only(outbox: Outbox) -> None:
    outbox.slack.script("chat.postMessage", RateLimited("chat.postMessage", retry_after=30))
    await outbox.add("first")
    await outbox.drain()
    await outbox.add("second")
    await outbox.add("elsewhere", channel_id="C2")
    await outbox.drain()
    assert outbox.slack.texts == ["elsewhere"]

    await outbox.drain(after=29)
    assert outbox.slack.texts == ["elsewhere"]
    await outbox.drain(after=1)
    await outbox.drain(after=1)
    assert outbox.slack.texts == ["elsewhere", "first", "second"]


async def test_a_storm_of_refusals_makes_no_later_failure_wait_longer(outbox: Outbox) -> None:
    """A channel stood still for minutes: its first post had been refused eight times before."""
    outbox.slack.script(
        "chat.postMessage",
        *(RateLimited("chat.postMessage", retry_after=1) for _ in range(8)),
        failure("chat.postMessage", "internal_error"),
    )
    await outbox.add("first")
    await outbox.drain()
    for _ in range(8):
        await outbox.drain(after=1)
    row = await outbox.row("first")
    assert (row.state, row.attempts) == ("pending", 1)
    await outbox.drain(after=2)
    assert outbox.slack.texts == ["first"]


async def test_edits_and_reactions_do_not_wait_for_posts(outbox: Outbox) -> None:
    await outbox.add("card")
    await outbox.drain()
    for number in range(9):
        await outbox.add(f"specialist{number}")
    await outbox.edit("card", "newer")
    await outbox.add("seen", "reactions.add", payload={"timestamp": "1.0", "name": "eyes"})
    await outbox.drain()

    assert outbox.slack.made("chat.update")[0]["text"] == "newer"
    assert outbox.slack.made("reactions.add") == [
        {"channel": "C1", "timestamp": "1.0", "name": "eyes"}
    ]
    assert (await outbox.row("specialist8")).state == "pending"


async def test_an_edit_waits_until_its_message_is_sent(outbox: Outbox) -> None:
    outbox.slack.script("chat.postMessage", RateLimited("chat.postMessage", retry_after=5))
    await outbox.add("card")
    await outbox.edit("card", "newer")
    await outbox.drain()
    assert outbox.slack.made("chat.update") == []

    await outbox.drain(after=5)
    assert outbox.slack.texts == ["newer"]
    update = outbox.slack.made("chat.update")[0]
    assert update["ts"] == (await outbox.row("card")).sent_ts


async def test_only_the_newest_content_of_an_edit_is_sent(outbox: Outbox) -> None:
    await outbox.add("card")
    await outbox.drain()
    for text in ("one", "two", "three"):
        await outbox.edit("card", text)
    await outbox.drain()

    assert [call["text"] for call in outbox.slack.made("chat.update")] == ["three"]


async def test_content_replaced_while_it_is_sent_follows(outbox: Outbox) -> None:
    """The older edit may land; the newer one comes after it, and the row ends as sent."""
    await outbox.add("card")
    await outbox.drain()
    await outbox.edit("card", "older")
    real = outbox.slack.call

    async def call(method: str, payload: dict[str, object]) -> dict[str, object]:
        if method == "chat.update" and payload["text"] == "older":
            await outbox.edit("card", "newer")
        return await real(method, payload)

    replace_method(outbox.slack, "call", call)
    await outbox.drain()

    assert [c["text"] for c in outbox.slack.made("chat.update")] == ["older", "newer"]
    assert (await outbox.row("card:edit")).state == "sent"


async def test_what_was_under_way_when_its_channel_got_another_id_follows(outbox: Outbox) -> None:
    """Slack knows the old id no more: the row was given up, under an id that nothing mends."""
    await outbox.add("card")
    real, moved = outbox.slack.call, "C2"

    async def call(method: str, payload: dict[str, object]) -> dict[str, object]:
        if payload["channel"] != moved:
            async with outbox.database.begin() as uow:
                await uow.channel_moves.move("T1", "C1", moved)
            raise failure(method, "channel_not_found")
        return await real(method, payload)

    replace_method(outbox.slack, "call", call)
    await outbox.drain()
    row = await outbox.row("card")
    assert (row.state, row.channel_id, outbox.slack.texts) == ("sent", moved, ["card"])


async def test_a_flood_in_one_channel_does_not_hold_up_another(outbox: Outbox) -> None:
    for number in range(120):
        await outbox.add(f"p{number}")
    await outbox.drain()
    await outbox.add("other", channel_id="C2")
    await outbox.drain()

    assert outbox.slack.texts[-1] == "other"


async def test_a_retry_after_of_edits_holds_all_edits(outbox: Outbox) -> None:
    """Edits are counted per workspace, so one refusal speaks for all."""
    await outbox.add("a")
    await outbox.add("b")
    await outbox.drain()
    outbox.slack.script("chat.update", RateLimited("chat.update", retry_after=20))
    await outbox.edit("a", "newer")
    await outbox.drain()
    await outbox.edit("b", "newer")
    await outbox.drain()
    assert len(outbox.slack.made("chat.update")) == 1

    await outbox.drain(after=20)
    await outbox.drain(after=2)
    assert outbox.slack.texts == ["newer", "newer"]


async def test_run_delivers_when_woken_and_stops_when_cancelled(outbox: Outbox) -> None:
    running = asyncio.create_task(outbox.delivery.run())
    await outbox.add("hello")
    outbox.delivery.wake()
    async with asyncio.timeout(10):
        await outbox.slack.posted.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert outbox.slack.texts == ["hello"]
    assert running.cancelled()


async def test_run_survives_a_failing_row(outbox: Outbox) -> None:
    """One refused row never stops the others."""
    outbox.slack.script("chat.postMessage", failure("chat.postMessage", "is_archived"))
    await outbox.add("refused")
    await outbox.add("fine")
    await outbox.drain()

    assert outbox.slack.texts == ["fine"]
    assert (await outbox.row("refused")).state == "dead"
