"""Rows rendered when they are sent: the newest state, once, and recognisable afterwards."""

from bot.slack.errors import OutcomeUnknown
from storage.models.outbox import NOTHING
from storage.uow import Database
from tests.support.replacing import replace_method
from tests.unit.delivery.conftest import CHANNEL, TEAM, Outbox, delivery_of
from tests.unit.delivery.scripted import LOST, ScriptedPoster


async def _mark(outbox: Outbox) -> None:
    """Say that the card shows something old."""
    async with outbox.database.begin() as uow:
        await uow.outbox.show(
            workspace_id=TEAM,
            channel_id=CHANNEL,
            key="card",
            task_id="none",
            payload={},
            view="card",
            now=outbox.clock.now(),
        )


async def test_many_changes_are_rendered_once(outbox: Outbox) -> None:
    outbox.renderer.looks["card"] = {"text": "newest"}
    for _ in range(5):
        await _mark(outbox)
    await outbox.drain()
    assert (outbox.slack.texts, outbox.renderer.rendered) == (["newest"], ["card"])

    outbox.renderer.looks["card"] = {"text": "newer still"}
    for _ in range(5):
        await _mark(outbox)
    await outbox.drain()
    assert outbox.slack.texts == ["newer still"]
    assert outbox.renderer.rendered == ["card", "card:edit"]


async def test_a_change_while_it_is_sent_is_shown_after(outbox: Outbox) -> None:
    outbox.renderer.looks["card"] = {"text": "one"}
    await _mark(outbox)
    await outbox.drain()
    real = outbox.slack.call
    outbox.renderer.looks["card"] = {"text": "two"}
    await _mark(outbox)

    async def call(method: str, payload: dict[str, object]) -> dict[str, object]:
        if payload.get("text") == "two":
            outbox.renderer.looks["card"] = {"text": "three"}
            await _mark(outbox)
        return await real(method, payload)

    replace_method(outbox.slack, "call", call)
    await outbox.drain()
    assert [call["text"] for call in outbox.slack.made("chat.update")] == ["two", "three"]


async def test_in_doubt_what_was_sent_is_looked_for(database: Database, outbox: Outbox) -> None:
    """Not what would be rendered now: where metadata is dropped, the words must be the same."""
    slack = ScriptedPoster(keeps_metadata=False)
    outbox.slack = slack
    outbox.delivery = delivery_of(database, slack, outbox.clock, renderer=outbox.renderer)
    slack.script("chat.postMessage", LOST)
    outbox.renderer.looks["card"] = {"text": "one"}
    await _mark(outbox)
    await outbox.drain()
    outbox.renderer.looks["card"] = {"text": "two"}
    await _mark(outbox)
    await outbox.drain(after=2)
    assert slack.texts == ["two"]
    assert len(slack.made("chat.postMessage")) == 1


async def test_nothing_to_show_is_no_news(outbox: Outbox) -> None:
    outbox.renderer.looks["card"] = None
    await _mark(outbox)
    await outbox.drain()
    row = await outbox.row("card")
    assert (row.state, row.problem, row.problem_code) == ("dead", "", NOTHING)
    assert outbox.slack.calls == []


async def test_what_cannot_be_rendered_waits_and_then_says_so(outbox: Outbox) -> None:
    outbox.renderer.looks["card"] = ValueError("odd row")
    await _mark(outbox)
    await outbox.add("fine")
    await outbox.drain()
    assert (await outbox.row("card")).state == "pending"
    for _ in range(3):
        await outbox.drain(after=10)
    row = await outbox.row("card")
    assert row.state == "dead"
    assert "Something broke" in row.problem
    assert outbox.slack.texts == ["fine"]


async def test_a_failed_try_is_rendered_anew(outbox: Outbox) -> None:
    """Unless it is in doubt: then it must be recognised first."""
    outbox.renderer.looks["card"] = {"text": "one"}
    await _mark(outbox)
    await outbox.drain()
    outbox.slack.script("chat.update", OutcomeUnknown("chat.update", "TimeoutError"))
    await _mark(outbox)
    await outbox.drain()
    outbox.renderer.looks["card"] = {"text": "two"}
    await outbox.drain(after=2)
    assert outbox.slack.texts == ["two"]
