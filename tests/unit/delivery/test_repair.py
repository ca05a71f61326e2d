"""What could not be delivered is sent once its reason is gone, in its order."""

from datetime import timedelta

import pytest

from bot.services.outbox_repair import report, retry, revive
from bot.slack.errors import failure
from tests.unit.delivery.conftest import TEAM, Outbox


async def _refused(outbox: Outbox, code: str, *keys: str, channel: str = "C1") -> None:
    for key in keys:
        outbox.slack.script("chat.postMessage", failure("chat.postMessage", code))
        await outbox.add(key, channel_id=channel)
    if code == "not_in_channel":
        private = failure("conversations.join", "method_not_supported_for_channel_type")
        outbox.slack.script("conversations.join", *[private] * len(keys))
    await outbox.drain()


@pytest.mark.parametrize("code", ["not_in_channel", "channel_not_found", "is_archived"])
async def test_an_invitation_sends_what_waited_for_it(outbox: Outbox, code: str) -> None:
    await _refused(outbox, code, "a", "b")
    await _refused(outbox, code, "elsewhere", channel="C2")
    await outbox.edit("a", "a, newer")
    await outbox.drain()
    assert (await outbox.row("a:edit")).problem_code == "target_dead"

    now = outbox.clock.now()
    revived = await revive(outbox.database, "channel", now=now, workspace_id=TEAM, channel_id="C1")
    await outbox.drain()
    assert revived == 3
    assert outbox.slack.texts == ["a, newer", "b"]
    assert (await outbox.row("elsewhere")).state == "dead"


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "account_inactive"])
async def test_a_process_that_logs_in_sends_what_the_old_token_could_not(
    outbox: Outbox, code: str
) -> None:
    await _refused(outbox, code, "a")
    await _refused(outbox, "is_archived", "b", channel="C2")

    assert await outbox.delivery.recover() == 0
    await outbox.drain()
    assert outbox.slack.texts == ["a"]
    assert (await outbox.row("b")).state == "dead"


async def test_what_hangs_on_nothing_to_show_fails_as_quietly(outbox: Outbox) -> None:
    outbox.renderer.looks["card"] = None
    await outbox.add("root", view="card")
    await outbox.add("reply", target_key="root")
    for _ in range(2):
        await outbox.drain()
    assert (await outbox.row("reply")).problem_code == "nothing_to_show"
    assert (await report(outbox.database)).dead == []


async def test_what_is_old_stays_where_it_is(outbox: Outbox) -> None:
    await _refused(outbox, "invalid_auth", "a")
    outbox.clock.advance(timedelta(days=7, seconds=1))
    assert await outbox.delivery.recover() == 0
    await outbox.drain()
    assert outbox.slack.texts == []

    row = await outbox.row("a")
    assert await retry(outbox.database, now=outbox.clock.now(), row_id=row.id) == 1
    await outbox.drain()
    assert outbox.slack.texts == ["a"]


async def test_retry_takes_any_reason_but_no_quiet_failure(outbox: Outbox) -> None:
    await _refused(outbox, "something_new", "a")
    outbox.slack.script("reactions.add", failure("reactions.add", "message_not_found"))
    await outbox.add("seen", "reactions.add", payload={"timestamp": "1.0", "name": "eyes"})
    await outbox.drain()

    now = outbox.clock.now()
    assert await retry(outbox.database, now=now, channel_id="C2") == 0
    assert await retry(outbox.database, now=now, channel_id="C1") == 1
    await outbox.drain()
    assert outbox.slack.texts == ["a"]


async def test_the_report_counts_by_channel_and_names_reasons(outbox: Outbox) -> None:
    await _refused(outbox, "is_archived", "gone")
    await outbox.add("a")
    outbox.clock.advance(timedelta(seconds=5))
    await outbox.add("b")
    await outbox.add("c", channel_id="C2")

    found = await report(outbox.database)
    assert [(item.channel_id, item.waiting) for item in found.depths] == [("C1", 2), ("C2", 1)]
    assert found.waiting == 3
    assert [(row.key, row.problem_code) for row in found.dead] == [("gone", "channel_gone")]
