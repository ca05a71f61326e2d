"""Two workers on one database: no row twice, no older content after newer, one pace for both."""

import asyncio
from datetime import timedelta

from bot.services.outbox import Delivery
from bot.slack.errors import RateLimited
from tests.support.replacing import replace_method
from tests.unit.delivery.conftest import LEASE, Outbox
from tests.unit.delivery.scripted import Json


class Gate:
    """Holds the first edit that shows a text until it is opened."""

    def __init__(self, outbox: Outbox, text: str) -> None:
        self.reached, self.opened = asyncio.Event(), asyncio.Event()
        self._real, self._text = outbox.slack.call, text
        replace_method(outbox.slack, "call", self.call)

    async def call(self, method: str, payload: Json) -> Json:
        if payload.get("text") == self._text and not self.opened.is_set():
            self.reached.set()
            await self.opened.wait()
        return await self._real(method, payload)


async def test_an_older_edit_never_lands_after_a_newer_one(outbox: Outbox) -> None:
    await outbox.add("card")
    await outbox.drain()
    await outbox.edit("card", "older")
    gate = Gate(outbox, "older")
    first = asyncio.create_task(outbox.delivery.drain())
    await gate.reached.wait()
    await outbox.edit("card", "newer")
    other = outbox.another_worker()
    await other.drain()
    assert outbox.slack.made("chat.update") == []

    gate.opened.set()
    await first
    await other.drain()
    assert [call["text"] for call in outbox.slack.made("chat.update")] == ["older", "newer"]
    assert outbox.slack.texts == ["newer"]
    assert (await outbox.row("card:edit")).state == "sent"


async def test_posts_of_a_channel_keep_their_order_with_two_workers(outbox: Outbox) -> None:
    gate = Gate(outbox, "p0")
    for number in range(4):
        await outbox.add(f"p{number}")
    first = asyncio.create_task(outbox.delivery.drain())
    await gate.reached.wait()
    other = outbox.another_worker()
    await other.drain()
    assert outbox.slack.texts == []

    gate.opened.set()
    await asyncio.gather(first, other.drain())
    await outbox.drain()
    assert outbox.slack.texts == [f"p{number}" for number in range(4)]


async def test_the_pace_is_one_for_all(outbox: Outbox) -> None:
    """Four may go at once, whoever sends them."""
    for number in range(9):
        await outbox.add(f"p{number}")
    workers = [outbox.delivery, outbox.another_worker("b"), outbox.another_worker("c")]
    await _drain(workers)
    assert len(outbox.slack.texts) == 4

    outbox.clock.advance(timedelta(seconds=2))
    await _drain(workers)
    assert outbox.slack.texts == [f"p{number}" for number in range(6)]


async def test_a_retry_after_is_honoured_by_every_worker(outbox: Outbox) -> None:
    outbox.slack.script("chat.update", RateLimited("chat.update", retry_after=20))
    for key in ("a", "b"):
        await outbox.add(key)
    await outbox.drain()
    await outbox.edit("a", "newer")
    await outbox.drain()
    await outbox.edit("b", "newer")
    other = outbox.another_worker()
    await other.drain()
    assert len(outbox.slack.made("chat.update")) == 1

    outbox.clock.advance(timedelta(seconds=20))
    await _drain([other, outbox.delivery])
    outbox.clock.advance(timedelta(seconds=2))
    await _drain([other])
    assert outbox.slack.texts == ["newer", "newer"]


async def test_who_was_stopped_too_long_does_not_send(outbox: Outbox) -> None:
    """Its claim is over when it goes on; another worker has looked and sent."""
    outbox.slack.members_only = True
    await outbox.add("hello")
    joined, resume = asyncio.Event(), asyncio.Event()
    real = outbox.slack.call

    async def call(method: str, payload: Json) -> Json:
        if method == "conversations.join" and not resume.is_set():
            joined.set()
            await resume.wait()
        return await real(method, payload)

    replace_method(outbox.slack, "call", call)
    stopped = asyncio.create_task(outbox.delivery.drain())
    await joined.wait()
    outbox.clock.advance(LEASE)
    outbox.slack.members_only = False
    other = outbox.another_worker()
    await other.drain()
    await other.drain()
    assert outbox.slack.texts == ["hello"]

    resume.set()
    await stopped
    assert outbox.slack.texts == ["hello"]
    assert (await outbox.row("hello")).state == "sent"


async def test_calls_in_flight_end_before_a_worker_stops(outbox: Outbox) -> None:
    gate = Gate(outbox, "hello")
    running = asyncio.create_task(outbox.delivery.run())
    await outbox.add("hello")
    outbox.delivery.wake()
    await gate.reached.wait()
    ending = asyncio.create_task(outbox.delivery.finish(seconds=20))
    await outbox.add("later")
    gate.opened.set()
    await ending
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert outbox.slack.texts == ["hello"]
    assert (await outbox.row("hello")).state == "sent"
    assert (await outbox.row("later")).state == "pending"


async def _drain(workers: list[Delivery]) -> None:
    for worker in workers:
        await worker.drain()
