"""How payloads reach the app when acks are late or lost: retries, reasons, spacing."""

import asyncio
import gc
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.clock import ManualClock
from bot.workspace import SlackError, Workspace
from bot.workspace.seed import MAYA

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class FakeLink:
    """A connection that only notes frames; the test answers by hand."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.frames: list[dict[str, Any]] = []
        self.closed = False

    async def send(self, frame: dict[str, Any]) -> None:
        self.frames.append(frame)
        self._workspace.recorder.notify()

    async def close(self) -> None:
        self.closed = True

    async def envelope(self, number: int) -> dict[str, Any]:
        """Return the n-th envelope (from 1) once it is there."""
        await self._workspace.wait_for(lambda: len(self.envelopes) >= number)
        return self.envelopes[number - 1]

    @property
    def envelopes(self) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if "envelope_id" in frame]


class SlowLink(FakeLink):
    """A connection that takes its time to send, as a request over HTTP does."""

    async def send(self, frame: dict[str, Any]) -> None:
        await super().send(frame)
        if frame["type"] != "hello":
            await asyncio.Event().wait()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def workspace(clock: ManualClock) -> Workspace:
    return Workspace(clock=clock)


async def linked(workspace: Workspace) -> FakeLink:
    """Open a fake connection."""
    link = FakeLink(workspace)
    await workspace.hub.opened(link)
    return link


async def step(clock: ManualClock, seconds: float) -> None:
    """Let jobs reach their next wait, then move the clock and let them go on."""
    for _ in range(10):
        await asyncio.sleep(0)
    clock.advance(timedelta(seconds=seconds))
    for _ in range(10):
        await asyncio.sleep(0)


async def test_hello_comes_first(workspace: Workspace) -> None:
    """The greeting counts connections; the eleventh is sent away."""
    links = [await linked(workspace) for _ in range(11)]
    assert links[0].frames[0]["type"] == "hello"
    assert links[1].frames[0]["num_connections"] == 2
    assert links[10].frames[1]["reason"] == "too_many_websockets"
    assert workspace.hub.connections == 10
    await workspace.close()


async def test_an_unacked_event_is_retried_with_slacks_spacing(
    workspace: Workspace, clock: ManualClock
) -> None:
    """At once, after a minute, after five, then given up; the event id stays."""
    link = await linked(workspace)
    await workspace.say(MAYA, "#backend", "hello")
    seen = [await link.envelope(1)]
    for number, pause in ((2, 0.0), (3, 60.0), (4, 300.0)):
        await step(clock, 3.0)
        await step(clock, pause)
        seen.append(await link.envelope(number))
    assert [one["retry_attempt"] for one in seen] == [0, 1, 2, 3]
    assert [one["retry_reason"] for one in seen] == ["", "timeout", "timeout", "timeout"]
    assert len({one["payload"]["event_id"] for one in seen}) == 1
    assert len({one["envelope_id"] for one in seen}) == 4
    await step(clock, 3.0)
    await workspace.settled()
    assert len(link.envelopes) == 4
    await workspace.close()


async def test_an_acked_event_is_not_retried(workspace: Workspace, clock: ManualClock) -> None:
    """After the ack time passes without another delivery."""
    link = await linked(workspace)
    await workspace.say(MAYA, "#backend", "hello")
    envelope = await link.envelope(1)
    workspace.hub.received({"envelope_id": envelope["envelope_id"]})
    await workspace.settled()
    await step(clock, 600.0)
    assert len(link.envelopes) == 1
    await workspace.close()


async def test_a_lost_connection_passes_the_event_on(workspace: Workspace) -> None:
    """What the dead connection had not acked goes to the next one."""
    first = await linked(workspace)
    await workspace.say(MAYA, "#backend", "hello")
    lost = await first.envelope(1)
    workspace.hub.closed(first)
    second = await linked(workspace)
    again = await second.envelope(1)
    assert again["payload"] == lost["payload"]
    assert again["retry_reason"] == "connection_failed"
    workspace.hub.received({"envelope_id": again["envelope_id"]})
    await workspace.settled()
    await workspace.close()


async def test_a_payload_goes_to_one_connection(workspace: Workspace) -> None:
    """Twenty events over two connections: each once, both used."""
    links = [await linked(workspace) for _ in range(2)]
    for number in range(20):
        await workspace.say(MAYA, "#backend", str(number))
    await workspace.wait_for(lambda: sum(len(link.envelopes) for link in links) == 20)
    assert all(link.envelopes for link in links)
    await workspace.close()


async def test_a_dropped_delivery_is_sent_after_the_timeout(
    workspace: Workspace, clock: ManualClock
) -> None:
    """The drop fault loses the first frame; the retry arrives."""
    link = await linked(workspace)
    workspace.faults.next_calls("message", "drop")
    await workspace.say(MAYA, "#backend", "hello")
    await step(clock, 3.0)
    await step(clock, 0.0)
    envelope = await link.envelope(1)
    assert envelope["retry_attempt"] == 1
    await workspace.close()


async def test_a_disconnect_fault_sends_the_frame(workspace: Workspace) -> None:
    """After the payload the connection is asked to come again and takes no more."""
    link = await linked(workspace)
    workspace.faults.next_calls("message", "disconnect")
    await workspace.say(MAYA, "#backend", "hello")
    await workspace.wait_for(lambda: link.frames[-1]["type"] == "disconnect")
    assert workspace.hub.connections == 0
    await workspace.close()


async def test_an_unacked_command_times_out(workspace: Workspace, clock: ManualClock) -> None:
    """Three seconds without an ack; there is no second try."""
    link = await linked(workspace)
    job = asyncio.ensure_future(workspace.command(MAYA, "#backend", "/lead", "help"))
    await link.envelope(1)
    await step(clock, 3.0)
    with pytest.raises(SlackError, match="operation_timeout"):
        await job
    assert len(link.envelopes) == 1
    assert link.envelopes[0]["accepts_response_payload"]
    await workspace.close()


async def test_a_connection_that_is_lost_at_the_end_is_no_error(workspace: Workspace) -> None:
    """The delivery under way is given up with the workspace; nothing is reported of it."""
    reported: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))
    link = SlowLink(workspace)
    await workspace.hub.opened(link)
    await workspace.say(MAYA, "#backend", "hello")
    await link.envelope(1)

    workspace.hub.closed(link)
    await workspace.close()

    await asyncio.sleep(0)
    gc.collect()
    assert reported == []
