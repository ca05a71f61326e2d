"""A private channel's action is changed in that channel only: its form shows the words."""

from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from bot.errors import UserFacingError
from bot.services import retro_actions
from bot.services.retro_actions import NewAction
from bot.slack.payloads import RetroActionRef
from handlers.interaction import Click
from handlers.retro_actions import RetroActions
from storage.models import RetroAction
from tests.support.desk import Desk
from tests.support.hands import hands
from tests.support.slack_client import refusal

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Rules, whose questions to both databases are in tests/storage/test_retrospectives.py."""


class Slack:
    """Keeps the form that is opened."""

    def __init__(self) -> None:
        self.opened: list[Any] = []

    async def views_open(self, **given: Any) -> None:
        self.opened.append(given["view"])

    async def chat_postEphemeral(self, **_: Any) -> None:
        raise refusal("user_not_in_channel")

    async def users_info(self, **_: Any) -> dict[str, Any]:
        return {"user": {"id": "U2"}}


class Place:
    """Who presses, where."""

    team_id = "T1"
    user_id = "U2"


async def _ack() -> None:
    """Slack hears of it."""


def click_on(row: RetroAction, slack: Slack, *, channel: str) -> Click:
    """A press on one of an action's buttons in a channel."""
    action = {"value": RetroActionRef(action_id=row.id).value(), "action_ts": "1"}
    body = {"trigger_id": "t", "channel": {"id": channel}}
    return Click(cast(Any, _ack), body, cast(Any, Place()), cast(Any, slack), action)


@pytest.mark.parametrize(
    ("private", "channel", "opens"),
    [(True, "C1", True), (True, "D2", False), (False, "D2", True)],
)
async def test_where_the_form_opens(office: Desk, private: bool, channel: str, opens: bool) -> None:
    wanted = NewAction("T1", "C1", "the canary", "U1", "U2", is_private=private)
    row = await retro_actions.add(office.ctx, wanted, receipt="a")
    assert row is not None
    slack = Slack()
    change = RetroActions(hands(office.ctx)).change
    given = click_on(row, slack, channel=channel)
    if opens:
        await change(given)
        assert "the canary" in str(slack.opened)
        return
    with pytest.raises(UserFacingError, match="private"):
        await change(given)
    assert slack.opened == []


async def test_what_is_done_is_no_error_when_slack_takes_no_whisper(office: Desk) -> None:
    """Its button may be pressed where the person is no member any more."""
    row = await retro_actions.add(office.ctx, NewAction("T1", "C1", "a", "U1"), receipt="a")
    assert row is not None
    with capture_logs() as logs:
        await RetroActions(hands(office.ctx)).done(click_on(row, Slack(), channel="C1"))
    async with office.ctx.database.read() as uow:
        assert (await uow.retro_actions.get("T1", row.id)).state == "done"
    (refused,) = [line for line in logs if line["event"] == "whisper.refused"]
    assert (refused["channel_id"], refused["error"]) == ("C1", "user_not_in_channel")
