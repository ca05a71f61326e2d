"""Who reads in a channel, as requests and Slack say it; what is not said counts as others."""

from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from slack_bolt.context.async_context import AsyncBoltContext

from bot.errors import NotAllowed
from bot.slack.payloads import TaskAction
from handlers.access import Access
from handlers.privacy import is_private
from handlers.readers import apart, know_readers, note_who_reads
from storage.uow import Database
from tests.support.desk import Desk, desk
from tests.support.hands import hands
from tests.support.replacing import replace_method
from tests.support.slack_client import client, refusal


class Slack:
    """Describes its one channel, or refuses to."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked = 0

    async def conversations_info(self, **_: Any) -> dict[str, Any]:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return cast(dict[str, Any], self.answer)

    async def users_info(self, *, user: str) -> dict[str, Any]:
        team = "T9" if user == "UX" else "T1"
        return {"user": {"id": user, "team_id": team, "is_stranger": team == "T9"}}


HOUR = timedelta(hours=1)
OURS = {"channel": {"id": "C1", "is_private": False}}
THEIRS = {"channel": {"id": "C1", "is_private": False, "is_ext_shared": True}}


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Desk:
    return desk(database, tmp_path)


async def known(at: Desk) -> tuple[bool, bool | None] | None:
    async with at.ctx.database.read() as uow:
        channel = await uow.channels.find("T1", "C1")
    return None if channel is None else (channel.is_private, channel.is_shared)


async def ask(at: Desk, slack: Slack, **more: Any) -> None:
    await know_readers(hands(at.ctx), client(slack), "T1", "C1", **more)


async def test_slack_is_asked_once_an_hour(office: Desk) -> None:
    slack = Slack(OURS)
    for _ in range(3):
        await ask(office, slack)
    assert await known(office) == (False, False)
    assert slack.asked == 1
    slack.answer = THEIRS
    office.clock.advance(HOUR)
    await ask(office, slack)
    assert await known(office) == (False, True)
    assert "People of other companies" in await apart(hands(office.ctx), "T1", "C1")
    await ask(office, Slack(OURS), again=True)
    assert await known(office) == (False, False)


async def test_it_is_noted_before_what_nobody_waits_for(office: Desk) -> None:
    """Slack waits for the ack of the message that asks; behind tasks it took 250 ms."""
    urgent: list[bool] = []
    database = office.ctx.database
    begin = database.begin

    def noting(**options: bool) -> Any:
        urgent.append(options.get("urgent", False))
        return begin(**options)

    replace_method(database, "begin", noting)
    await ask(office, Slack(OURS))
    await _note(office, {"is_ext_shared_channel": True, "event": {}}, Slack(OURS))
    assert urgent == [True, True]


@pytest.mark.parametrize("answer", [refusal("channel_not_found"), TimeoutError(), {"ok": True}])
async def test_what_slack_does_not_say_makes_no_row(office: Desk, answer: Any) -> None:
    await ask(office, Slack(answer))
    assert await known(office) is None
    assert "could not ask" in await apart(hands(office.ctx), "T1", "C1")


async def test_what_the_other_envelope_of_a_message_found_out_counts(office: Desk) -> None:
    """A mention comes twice; where one asked in vain, a public channel must not become private."""

    class Late(Slack):
        async def conversations_info(self, **asked: Any) -> dict[str, Any]:
            await ask(office, Slack(OURS))
            return await super().conversations_info(**asked)

    late = client(Late(TimeoutError()))
    assert await is_private(hands(office.ctx), late, "T1", "C1") is False


async def test_a_server_without_such_a_method_shares_nothing(office: Desk) -> None:
    async with office.ctx.database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=office.clock.now())
        await uow.channels.share("T1", "C1", None, now=office.clock.now())
    await ask(office, Slack(refusal("unknown_method")))
    assert await known(office) == (False, False)


def _context(body: dict[str, Any]) -> AsyncBoltContext:
    who = body.get("who", "U1")
    return AsyncBoltContext({"team_id": "T1", "channel_id": "C1", "user_id": who})


async def _note(at: Desk, body: dict[str, Any], slack: Slack) -> None:
    await note_who_reads(hands(at.ctx), body, _context(body), client(slack))


async def _check(at: Desk, body: dict[str, Any], slack: Slack) -> None:
    await Access(hands(at.ctx)).check(body, _context(body), client(slack))


async def test_an_event_of_a_shared_channel_says_so_itself(office: Desk) -> None:
    """Also where the app does not hear `channel_shared` yet."""
    shared: dict[str, Any] = {"is_ext_shared_channel": True, "event": {}}
    ours = {**shared, "is_ext_shared_channel": False}
    await _note(office, shared, Slack(OURS))
    assert await known(office) is None, "a channel that nobody spoke to the bot in"
    await ask(office, Slack(OURS))
    await _note(office, ours, Slack(OURS))
    assert await known(office) == (False, False)
    await _note(office, shared, Slack(OURS))
    assert await known(office) == (False, True)


async def test_before_a_click_counts_it_is_known_who_reads(office: Desk) -> None:
    await _note(office, {"type": "block_actions"}, Slack(THEIRS))
    assert await known(office) == (False, True)


async def test_an_outsider_needs_a_right_for_any_button(office: Desk) -> None:
    """By their team, and where Slack sends ours by the channel."""
    click = {"type": "block_actions", "actions": [{"action_id": "matrix.score"}]}
    theirs = {**click, "who": "UX", "user": {"id": "UX", "team_id": "T9"}}
    ours = {**click, "who": "UX", "user": {"id": "UX", "team_id": "T1"}}
    slack = Slack(OURS)
    await _check(office, click, slack)
    with pytest.raises(NotAllowed, match="People of other companies"):
        await _check(office, theirs, slack)
    await ask(office, Slack(THEIRS))
    with pytest.raises(NotAllowed, match="People of other companies"):
        await _check(office, ours, slack)
    await _check(office, {**click, "who": "U1", "user": {"id": "U1"}}, slack)


@pytest.mark.parametrize(("other", "shared"), [("UX", True), ("U1", False)])
async def test_a_direct_message_with_an_outsider_is_read_by_others(
    office: Desk, other: str, shared: bool
) -> None:
    """Slack calls it shared by no sign: what all channels say would be told to another company."""
    await ask(office, Slack({"channel": {"id": "C1", "is_im": True, "user": other}}))
    assert await known(office) == (True, shared)


async def test_an_outsider_stops_what_they_asked_for_alone(office: Desk) -> None:
    """With `external` they may ask, also here; the work of others is not theirs to end."""
    slack = Slack(THEIRS)
    await ask(office, slack)
    async with office.ctx.database.begin() as uow:
        chosen: dict[str, Any] = {"name": "external", "value": True, "by": "U1"}
        await uow.settings.put("T1", "workspace", "", **chosen, now=office.clock.now())
    ours = await office.take_in()
    theirs = await office.take_in(user_id="UX", ts="1700000002.000100")
    for action in ("task.stop", "plan.change"):
        for who, task, passes in (("U1", theirs, True), ("UX", theirs, True), ("UX", ours, False)):
            carried = TaskAction(task_id=task.id).value()
            click: dict[str, Any] = {
                "type": "block_actions",
                "user": {"id": who, "team_id": "T1"},
                "who": who,
            }
            click["actions"] = [{"action_id": action, "value": carried}]
            if passes:
                await _check(office, click, slack)
                continue
            with pytest.raises(NotAllowed, match="People of other companies"):
                await _check(office, click, slack)
