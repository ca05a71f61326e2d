"""Who reads in a channel: asked again when it is old, and for a day believed without an answer."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from bot.services import sharing
from bot.services.ceremonies import CEREMONIES
from bot.services.schedules import By
from bot.services.sources import Sources
from bot.services.tool_offers import serves
from bot.slack.sharing import is_shared
from storage.models import Channel, ToolServer
from tests.support.desk import Desk
from tests.support.schedules import COUNTED, counted, firing, scheduled

HOUR = timedelta(hours=1)


class Slack:
    """Says of every channel the same."""

    def __init__(self, says: bool | None) -> None:
        self.says = says
        self.asked: list[str] = []

    async def is_shared(self, workspace_id: str, channel_id: str) -> bool | None:
        self.asked.append(channel_id)
        return self.says


@pytest.fixture
def slack() -> Slack:
    return Slack(False)


@pytest.fixture
async def at(office: Desk, slack: Slack) -> Desk:
    """A desk with a channel of which Slack did not say anything yet."""
    async with office.ctx.database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=office.clock.now())
        await uow.channels.share("T1", "C1", None, now=office.clock.now() - 2 * HOUR)
    return replace(office, ctx=replace(office.ctx, sources=cast(Sources, slack)))


async def known(at: Desk) -> bool | None:
    async with at.ctx.database.read() as uow:
        return (await uow.channels.get("T1", "C1")).is_shared


async def test_it_is_asked_once_an_hour_and_swept_twice_a_day(at: Desk, slack: Slack) -> None:
    assert await sharing.sweep(at.ctx) == 1
    assert await known(at) is False
    assert await sharing.sweep(at.ctx) == 0
    assert not await sharing.is_shared(at.ctx, "T1", "C1")
    assert slack.asked == ["C1"]
    at.clock.advance(2 * HOUR)
    slack.says = True
    assert await sharing.is_shared(at.ctx, "T1", "C1")
    at.clock.advance(13 * HOUR)
    slack.says = False
    assert await sharing.sweep(at.ctx) == 1
    assert await known(at) is False


async def test_without_an_answer_it_is_believed_for_a_day(at: Desk, slack: Slack) -> None:
    await sharing.sweep(at.ctx)
    slack.says = None
    at.clock.advance(13 * HOUR)
    await sharing.sweep(at.ctx)
    assert await known(at) is False
    at.clock.advance(12 * HOUR)
    await sharing.sweep(at.ctx)
    assert await known(at) is None
    assert await sharing.is_shared(at.ctx, "T1", "C1")
    assert await sharing.is_shared(at.ctx, "T1", "C9"), "a channel without a row"


async def test_a_shared_one_stays_so_without_an_answer(at: Desk, slack: Slack) -> None:
    slack.says = True
    await sharing.sweep(at.ctx)
    slack.says = None
    at.clock.advance(99 * HOUR)
    assert await sharing.sweep(at.ctx) == 1
    assert await known(at) is True
    assert await sharing.sweep(at.ctx) == 0, "others have their turn"


@pytest.mark.parametrize(
    ("said", "shared"),
    [
        ({}, False),
        ({"is_shared": False, "is_ext_shared": False, "pending_shared": []}, False),
        ({"is_ext_shared": True}, True),
        ({"is_org_shared": True}, True),
        ({"is_pending_ext_shared": True}, True),
        ({"pending_shared": ["T9"]}, True),
    ],
)
def test_what_slack_says_of_a_channel(said: dict[str, Any], shared: bool) -> None:
    assert is_shared(said) is shared


@pytest.mark.parametrize(
    ("private", "shared", "served"),
    [(False, False, True), (True, False, False), (False, True, False), (False, None, False)],
)
def test_tools_serve_where_only_we_read(private: bool, shared: bool | None, served: bool) -> None:
    channel = Channel(id="C1", is_private=private, is_shared=shared)
    assert serves(ToolServer(private=False), channel) is served
    assert serves(ToolServer(private=True), channel) is (shared is False)
    assert not serves(ToolServer(private=True), None)


async def test_who_reads_is_known_before_a_schedule_tells_something(at: Desk, slack: Slack) -> None:
    """Else a channel to which others were invited since yesterday hears what is elsewhere."""
    async with at.ctx.database.begin() as uow:
        await uow.channels.share("T1", "C1", False, now=at.clock.now() - 2 * HOUR)
    slack.says = True
    seen = []

    async def run(*_: object) -> None:
        seen.append(await known(at))

    with counted():
        CEREMONIES[COUNTED] = replace(CEREMONIES[COUNTED], run=run)
        row = await scheduled(at.ctx)
        await firing(at.ctx).run_now(row, By("U1", "r"))
    assert seen == [True]


@pytest.mark.parametrize("channel", ["C1", "C7"])
async def test_a_channel_that_is_called_is_asked_about_before(
    at: Desk, slack: Slack, channel: str
) -> None:
    """Also one that was ours this morning: an invitation is told by no event."""
    async with at.ctx.database.begin() as uow:
        await uow.channels.share("T1", "C1", False, now=at.clock.now() - 2 * HOUR)
    slack.says = True
    await sharing.meet(at.ctx, "T1", channel)
    async with at.ctx.database.read() as uow:
        assert await uow.channels.is_shared("T1", channel)
    await sharing.meet(at.ctx, "T1", channel)
    await sharing.meet(at.ctx, "T1", "")
    assert slack.asked == [channel]
