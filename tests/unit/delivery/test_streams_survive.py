"""Whatever happens to a stream, the card ends as one message that shows its last state."""

import asyncio
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from bot.clock import ManualClock
from bot.services.outbox import Delivery
from bot.settings import OutboxSettings
from bot.slack.errors import OutcomeUnknown, RateLimited, failure
from storage.engine import database_url, open_engine
from storage.uow import Database
from tests.support.databases import migrated_file
from tests.support.examples import examples
from tests.unit.delivery.conftest import CHANNEL, NOW, TEAM, Outbox, ShownByTests, delivery_of
from tests.unit.delivery.scripted import LOST, ScriptedPoster
from tests.unit.delivery.test_streams import APPEND, START, STOP, changed, plan

Blow = Literal["lost", "never", "refused", "busy", "killed", "restarted", "late", "calm"]
_BLOWS = st.sampled_from(
    ["lost", "never", "refused", "busy", "killed", "restarted", "late", "calm"]
)
_METHODS = (START, APPEND, STOP, "chat.update")


@examples(5)
@given(st.lists(st.tuples(_BLOWS, st.booleans()), min_size=2, max_size=7))
def test_one_message_with_the_last_state(blows: list[tuple[Blow, bool]]) -> None:
    """Lost answers, refusals, limits, Slack's own end, a new process: in any order."""
    with TemporaryDirectory() as folder:
        asyncio.run(_live_through(Path(folder) / "outbox.db", blows))


async def _live_through(file: Path, blows: list[tuple[Blow, bool]]) -> None:
    await migrated_file(file)
    database = Database(open_engine(database_url(f"sqlite:///{file}")))
    async with database.begin() as uow:
        await uow.channels.ensure(TEAM, CHANNEL, now=NOW)
    clock, slack = ManualClock(NOW), ScriptedPoster()
    try:
        renderer = ShownByTests()
        outbox = Outbox(database, clock, slack, None, renderer)  # type: ignore[arg-type]  # no pictures, a fake Slack
        outbox.delivery = _worker(outbox, "host:1")
        await outbox.add("card", payload=plan())
        for number, (blow, is_open) in enumerate(blows):
            outbox.delivery = _struck(outbox, blow)
            await outbox.drain(after=3)
            look = plan("in_progress" if is_open else "complete", is_open=is_open)
            await changed(outbox, {**look, "text": f"look {number}"})
            await outbox.drain(after=3)
        await changed(outbox, {**plan("complete", is_open=False), "text": "the last"})
        for _ in range(12):
            await outbox.drain(after=300)
        _check(outbox)
        assert (await outbox.row("card:edit")).state == "sent"
    finally:
        await database.close()


def _worker(outbox: Outbox, worker_id: str) -> Delivery:
    return delivery_of(
        outbox.database,
        outbox.slack,
        outbox.clock,
        worker_id=worker_id,
        settings=OutboxSettings(per_channel_seconds=1, burst=4, attempts=40),
        renderer=outbox.renderer,
    )


def _struck(outbox: Outbox, blow: Blow) -> Delivery:
    """Let something happen; returns who delivers from now on."""
    slack = outbox.slack
    for method in _METHODS:
        match blow:
            case "lost":
                slack.script(method, LOST)
            case "never":
                slack.script(method, OutcomeUnknown(method, "http_503"))
            case "busy":
                slack.script(method, RateLimited(method, retry_after=5))
            case "refused" if method in (START, APPEND, STOP):
                slack.script(method, failure(method, "message_not_in_streaming_state"))
            case _:
                pass
    if blow == "killed":
        for message in slack.messages:
            message["streaming"] = False
    if blow == "late":
        outbox.clock.advance(timedelta(minutes=4))
    return _worker(outbox, f"host:{len(slack.calls)}") if blow == "restarted" else outbox.delivery


def _check(outbox: Outbox) -> None:
    (message,) = outbox.slack.messages
    assert not message.get("streaming")
    if message["text"] == "the last":
        return
    # Ended as a stream: the plan shows the state, the closing blocks stand below it.
    assert message["tasks"]["t:1:a1"]["status"] == "complete"
    assert message["blocks"][-1]["type"] == "section"
