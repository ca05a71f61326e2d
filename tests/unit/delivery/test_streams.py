"""A streamed plan is another way to send the same rows: begun once, kept up, ended, never stuck."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.delivery_stream import _Live, _size
from bot.slack.cards.task_plan import PLAN
from bot.slack.errors import OutcomeUnknown, RateLimited, failure
from bot.slack.limits import STREAM_BYTES
from tests.support.examples import examples
from tests.unit.delivery.conftest import NOW, TEAM, Outbox
from tests.unit.delivery.scripted import LOST, Json

START, APPEND, STOP = "chat.startStream", "chat.appendStream", "chat.stopStream"
CLOSING = {"type": "section", "text": {"type": "mrkdwn", "text": "4 of 4 done"}}


def plan(status: str = "pending", *, is_open: bool = True, output: str = "") -> Json:
    """A card with a plan of two tasks, the first of which has `status`."""
    first = {"id": "t:1:a1", "title": "First", "status": status}
    second = {"id": "t:1:a2", "title": "Second", "status": "pending"}
    return {
        "text": f"card {status}",
        "blocks": [CLOSING],
        "thread_ts": "1.0",
        PLAN: {
            "title": "Invoices",
            "tasks": [first | ({"output": output} if output else {}), second],
            "open": is_open,
            "session": "processing" if is_open else "active",
            "closing": [CLOSING],
        },
    }


async def begun(outbox: Outbox) -> Json:
    await outbox.add("card", payload=plan())
    await outbox.drain()
    return outbox.slack.messages[0]


async def shown(outbox: Outbox, look: Json) -> None:
    await changed(outbox, look)
    await outbox.drain(after=3)


async def changed(outbox: Outbox, look: Json) -> None:
    edit = {"payload": look, "target_key": "card"}
    if not await outbox.add("card:edit", "chat.update", **edit):
        async with outbox.database.begin() as uow:
            await uow.outbox.replace(TEAM, "card:edit", payload=look, now=outbox.clock.now())


async def test_a_plan_is_one_stream_from_begin_to_end(outbox: Outbox) -> None:
    """Each step sends only what is new; the end adds what stands below the plan."""
    message = await begun(outbox)
    await shown(outbox, plan("in_progress"))
    await shown(outbox, plan("complete", is_open=False))

    assert [len(call["chunks"]) for call in outbox.slack.made(START)] == [3]
    (appended,) = outbox.slack.made(APPEND)
    assert [c["status"] for c in appended["chunks"]] == ["in_progress"]
    (stopped,) = outbox.slack.made(STOP)
    assert (stopped["session_status"], stopped["blocks"]) == ("active", [CLOSING])
    assert stopped["metadata"]["event_payload"] == {"key": "card"}
    assert message["tasks"]["t:1:a1"]["status"] == "complete"
    assert outbox.slack.made("chat.postMessage") + outbox.slack.made("chat.update") == []
    assert (await outbox.row("card")).sent_ts == message["ts"]


async def test_after_its_end_the_message_is_edited(outbox: Outbox) -> None:
    """E.g. when the task is taken up again: the whole card, with its buttons."""
    message = await begun(outbox)
    await shown(outbox, plan("error", is_open=False))
    await shown(outbox, plan("in_progress"))
    await shown(outbox, plan("complete", is_open=False))

    assert len(outbox.slack.made(STOP)) == 1
    assert [call["ts"] for call in outbox.slack.made("chat.update")] == [message["ts"]] * 2
    assert all(PLAN not in call for call in outbox.slack.made("chat.update"))


async def test_nothing_new_is_no_call(outbox: Outbox) -> None:
    await begun(outbox)
    await shown(outbox, plan())
    assert outbox.slack.made(APPEND) == []
    assert (await outbox.row("card:edit")).state == "sent"


async def test_an_output_is_said_once(outbox: Outbox) -> None:
    """Slack appends a task's output instead of replacing it."""
    message = await begun(outbox)
    await shown(outbox, plan("error", output="Too big."))
    await shown(outbox, plan("complete", output="Too big."))
    assert message["tasks"]["t:1:a1"]["output"] == "Too big."


async def test_another_process_ends_the_stream_and_edits(outbox: Outbox) -> None:
    """After a crash in the middle nobody remembers the stream: the same message goes on."""
    message = await begun(outbox)
    await shown(outbox, plan("in_progress"))
    await changed(outbox, plan("complete"))
    outbox.clock.advance(timedelta(seconds=3))
    other = outbox.another_worker()
    await other.drain()
    assert (message["streaming"], message["text"]) == (False, "card complete")

    await changed(outbox, plan("complete", is_open=False))
    outbox.clock.advance(timedelta(seconds=3))
    await other.drain()
    assert len(outbox.slack.made(STOP)) == 1
    # The first one learns of it by a refusal, and edits as well.
    await shown(outbox, plan("error"))
    assert message["text"] == "card error"
    assert len(outbox.slack.messages) == 1


async def test_slack_or_a_person_ends_it(outbox: Outbox) -> None:
    """Five minutes, or the native Stop: the next news are an edit of the same message."""
    message = await begun(outbox)
    message["streaming"] = False
    await shown(outbox, plan("in_progress"))
    assert message["text"] == "card in_progress"
    assert (await outbox.row("card:edit")).state == "sent"


async def test_it_is_ended_before_slack_does(outbox: Outbox) -> None:
    """At four minutes, as measured; the session stays as the task is."""
    message = await begun(outbox)
    outbox.clock.advance(timedelta(minutes=4))
    await shown(outbox, plan("in_progress"))
    (stopped,) = outbox.slack.made(STOP)
    assert (stopped["session_status"], outbox.slack.made(APPEND)) == ("processing", [])
    assert message["text"] == "card in_progress"


async def test_a_start_whose_answer_got_lost_is_found(outbox: Outbox) -> None:
    """By the plan's own ids, as a stream carries no metadata; then it goes on by edits."""
    outbox.slack.script(START, LOST)
    message = await begun(outbox)
    assert (await outbox.row("card")).state == "pending"
    await outbox.drain(after=60)

    assert (await outbox.row("card")).sent_ts == message["ts"]
    assert len(outbox.slack.messages) == 1
    await shown(outbox, plan("complete", is_open=False))
    assert message["text"] == "card complete"


async def test_a_start_that_never_arrived_is_made_again(outbox: Outbox) -> None:
    outbox.slack.script(START, OutcomeUnknown(START, "http_503"))
    await outbox.add("card", payload=plan())
    await outbox.drain()
    await outbox.drain(after=60)
    assert len(outbox.slack.messages) == 1
    assert outbox.slack.messages[0]["streaming"]


@pytest.mark.parametrize("lost", [APPEND, STOP])
async def test_a_step_whose_answer_got_lost_becomes_an_edit(outbox: Outbox, lost: str) -> None:
    """Whatever arrived, the message shows the whole in the end, once."""
    message = await begun(outbox)
    outbox.slack.script(lost, LOST)
    await shown(outbox, plan("complete", is_open=lost == APPEND))
    await outbox.drain(after=60)
    assert (message["streaming"], message["text"]) == (False, "card complete")
    assert (await outbox.row("card:edit")).state == "sent"


async def test_an_end_that_slack_does_not_like_is_said_more_simply(outbox: Outbox) -> None:
    """E.g. its blocks: the stream ends bare, and the card is edited whole."""
    message = await begun(outbox)
    outbox.slack.script(STOP, failure(STOP, "invalid_blocks"))
    await shown(outbox, plan("complete", is_open=False))
    assert (message["streaming"], message["text"]) == (False, "card complete")


async def test_a_message_that_still_streams_unknown_to_us_is_ended(outbox: Outbox) -> None:
    """Slack refuses to edit it until then."""
    message = await begun(outbox)
    outbox.slack.script(APPEND, failure(APPEND, "message_not_in_streaming_state"))
    await shown(outbox, plan("in_progress"))
    assert (message["streaming"], message["text"]) == (False, "card in_progress")


async def test_a_server_without_streams_gets_an_ordinary_card(outbox: Outbox) -> None:
    """It is asked once; the card is edited in place as in a channel."""
    outbox.slack.script(START, failure(START, "unknown_method"))
    message = await begun(outbox)
    assert message["text"] == "card pending"
    await shown(outbox, plan("complete", is_open=False))
    await outbox.add("other", payload=plan())
    await outbox.drain(after=3)
    assert (len(outbox.slack.made(START)), outbox.slack.made(STOP)) == (1, [])
    assert message["text"] == "card complete"


async def test_too_many_starts_are_no_reason_to_wait(outbox: Outbox) -> None:
    """Slack takes twenty a minute: the next card is an ordinary message, at once."""
    outbox.slack.script(START, RateLimited(START, retry_after=60))
    message = await begun(outbox)
    assert message["text"] == "card pending"


async def test_too_many_appends_wait(outbox: Outbox) -> None:
    message = await begun(outbox)
    outbox.slack.script(APPEND, RateLimited(APPEND, retry_after=10))
    await shown(outbox, plan("in_progress"))
    assert (await outbox.row("card:edit")).state == "pending"
    await outbox.drain(after=20)
    assert message["tasks"]["t:1:a1"]["status"] == "in_progress"
    assert message["streaming"]


async def test_a_card_that_waits_for_a_click_is_no_stream(outbox: Outbox) -> None:
    """Slack shows no buttons while a message streams."""
    await outbox.add("card", payload=plan(is_open=False))
    await outbox.drain()
    assert outbox.slack.made(START) == []
    assert outbox.slack.messages[0]["blocks"] == [CLOSING]


@examples(20)
@given(st.lists(st.text(min_size=1, max_size=900), min_size=1, max_size=30))
def test_a_stream_never_grows_past_its_budget(outputs: list[str]) -> None:
    """Counted in bytes, outputs twice, as measured by others."""
    live = _Live(NOW)
    for number, said in enumerate(outputs):
        look: dict[str, Any] = plan("error", output=said)[PLAN]
        look["tasks"][0]["id"] = f"t:1:a{number}"
        chunks = live.news(look)
        if live.takes(chunks, NOW):
            live.note(look, chunks)
        else:
            assert live.size + _size(chunks) > STREAM_BYTES
        assert live.size <= STREAM_BYTES
