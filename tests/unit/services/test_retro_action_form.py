"""A private channel's action is changed in that channel only: its form shows the words."""

from typing import Any, cast

import pytest

from bot.errors import UserFacingError
from bot.services import retro_actions
from bot.services.retro_actions import NewAction
from bot.slack.payloads import RetroActionRef
from handlers.desk import Desk as Hands
from handlers.interaction import Click
from handlers.retro_actions import RetroActions
from tests.support.desk import Desk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Rules, whose questions to both databases are in tests/storage/test_retrospectives.py."""


class Slack:
    """Keeps the form that is opened."""

    def __init__(self) -> None:
        self.opened: list[Any] = []

    async def views_open(self, **given: Any) -> None:
        self.opened.append(given["view"])

    async def users_info(self, **_: Any) -> dict[str, Any]:
        return {"user": {"id": "U2"}}


class Place:
    """Who presses, where."""

    team_id = "T1"
    user_id = "U2"


async def _ack() -> None:
    pass


@pytest.mark.parametrize(
    ("private", "channel", "opens"),
    [(True, "C1", True), (True, "D2", False), (False, "D2", True)],
)
async def test_where_the_form_opens(office: Desk, private: bool, channel: str, opens: bool) -> None:
    wanted = NewAction("T1", "C1", "the canary", "U1", "U2", is_private=private)
    row = await retro_actions.add(office.ctx, wanted, receipt="a")
    assert row is not None
    slack = Slack()
    action = {"value": RetroActionRef(action_id=row.id).value(), "action_ts": "1"}
    body = {"trigger_id": "t", "channel": {"id": channel}}
    change = RetroActions(Hands(office.ctx, cast(Any, None))).change
    given = Click(cast(Any, _ack), body, cast(Any, Place()), cast(Any, slack), action)
    if opens:
        await change(given)
        assert "the canary" in str(slack.opened)
        return
    with pytest.raises(UserFacingError, match="private"):
        await change(given)
    assert slack.opened == []
