"""`/lead sprint`: what each word does, from where, and what it says to strange words."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.domain.sprint.answers import Breakdown, NewItem
from bot.errors import NotAllowed, NotFound, UserFacingError
from bot.model.sprint_port import SprintBreakdownRequest
from bot.services import sprint_votes
from bot.settings import AccessSettings
from handlers.commands.sprint import run_sprint
from handlers.commands.table import Call
from storage.models import HandOff, Sprint
from storage.uow import Database
from tests.support.desk import Desk
from tests.support.hands import hands
from tests.support.slack_client import client
from tests.support.sprinting import ballot, items_of, planned, sprint_desk
from tests.support.stage import words

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


OUTSIDER = "U9OUTSIDER"
"""Of another company."""


class Slack:
    """Keeps the form that is opened; nobody is an admin."""

    def __init__(self) -> None:
        self.view: dict[str, Any] = {}

    async def conversations_info(self, **_: Any) -> dict[str, Any]:
        return {"channel": {"is_member": True, "is_private": False}}

    async def users_info(self, *, user: str, **_: Any) -> dict[str, Any]:
        return {"user": {"id": user, "is_stranger": user == OUTSIDER}}

    async def views_open(self, *, view: dict[str, Any], **_: Any) -> None:
        self.view = view


@pytest.fixture
async def at(database: Database, tmp_path: Path) -> Desk:
    return sprint_desk(database, tmp_path, access=AccessSettings(approve="U1"))


@pytest.fixture
async def sprint(at: Desk) -> Sprint:
    return await planned(at)


async def said(
    at: Desk, typed: str, *, channel: str = "C1", user: str = "U9", slack: Slack | None = None
) -> str:
    """Run the command and return what it answers."""
    call = Call(
        desk=hands(at.ctx),
        workspace_id="T1",
        channel_id=channel,
        user_id=user,
        words=typed,
        client=client(slack or Slack()),
        receipt=f"command:{typed}:{user}",
    )
    post = await run_sprint(call)
    return f"{post.text} {words(post.blocks)}"


async def test_it_shows_this_channels_sprint_and_others_by_number(at: Desk, sprint: Sprint) -> None:
    assert "*Sprint SP-1*" in await said(at, "")
    assert "No sprint here yet" in await said(at, "", channel="C2")
    async with at.ctx.database.begin() as uow:
        await uow.channels.ensure("T1", "C2", now=at.clock.now())
    assert "*Sprint SP-1*" in await said(at, "sp-1", channel="C2")
    assert "Refunds work" in await said(at, "list", channel="C2")
    async with at.ctx.database.begin() as uow:
        await uow.channels.ensure("T1", "CP", now=at.clock.now(), is_private=True)
    await planned(at, key="view:2", channel_id="CP")
    for typed in ("SP-2", "export SP-2", "add SP-2 more"):
        with pytest.raises(NotFound):
            await said(at, typed)


async def test_a_plan_begins_with_what_another_team_asks_or_a_task_was_about(
    at: Desk, sprint: Sprint
) -> None:
    now, slack = at.clock.now(), Slack()
    async with at.ctx.database.begin() as uow:
        row = HandOff(
            id="h1", workspace_id="T1", channel_id="C1", number=3, direction="in",
            team="main-orchestrator", text="Refunds for the EU", requested_by="U7",
            created_at=now, updated_at=now,
        )  # fmt: skip
        await uow.hand_offs.add(row)
    await said(at, "plan H-3", slack=slack)
    assert "Refunds for the EU" in json.dumps(slack.view)
    assert json.loads(slack.view["private_metadata"]) == {"channel_id": "C1", "hand_off_id": "h1"}
    await said(at, "plan T-1", slack=slack)
    assert "Plan the sprint" in json.dumps(slack.view)
    await said(at, "plan an API", slack=slack)
    assert "an API" in json.dumps(slack.view)
    with pytest.raises(NotFound):
        await said(at, "plan H-9")


async def test_items_are_added_and_ordered_by_words(at: Desk, sprint: Sprint) -> None:
    assert "Item 4 of SP-1 is added" in await said(at, "add Dashboard")
    assert "Item 4 of SP-1 comes after 1, 2." in await said(at, "needs 4: 1, 2")
    items = await items_of(at, sprint)
    assert items[3].depends_on == [items[0].id, items[1].id]
    assert "waits for nothing" in await said(at, "needs 4: none")
    for typed, why in (
        ("needs", "which item comes after which"),
        ("needs the first", "no item numbers"),
        ("add", "Say what is to be done"),
        ("burndown", "has not been started"),
        ("dance", "I know no `/lead sprint dance`"),
    ):
        with pytest.raises(UserFacingError, match=why):
            await said(at, typed)


async def test_only_who_may_approve_starts_and_ends(at: Desk, sprint: Sprint) -> None:
    for typed in ("start", "end"):
        with pytest.raises(NotAllowed):
            await said(at, typed)
    assert "SP-1 runs until Fri 13 Mar" in await said(at, "start", user="U1")
    assert "I post the burndown" in await said(at, "burndown")
    assert "SP-1 is ended" in await said(at, "end", user="U1")
    assert "as a Markdown file" in await said(at, "export")
    with pytest.raises(UserFacingError, match="There is no sprint here"):
        await said(at, "estimate")


async def test_a_long_plan_is_voted_on_in_several_forms(at: Desk) -> None:
    items = tuple(NewItem(title=f"Item {n}") for n in range(1, 24))
    at.model.always(SprintBreakdownRequest, Breakdown(goal="g", items=items))
    sprint, slack = await planned(at), Slack()
    rows = await items_of(at, sprint)
    await said(at, "estimate", slack=slack)
    assert numbers(slack) == list(range(1, 21))
    given = ballot(rows[:20], *([5.0] * 20))
    await sprint_votes.vote(at.ctx, sprint, given, by="U9", receipt="v")
    await said(at, "estimate SP-1", slack=slack)
    assert numbers(slack) == [*range(1, 18), 21, 22, 23]


def numbers(slack: Slack) -> list[int]:
    """Return which items a form asks about."""
    texts = [b["text"]["text"] for b in slack.view["blocks"] if b["type"] == "section"]
    return [int(text.partition(".")[0]) for text in texts]
