"""What people see in Slack of a decision that comes up, and of one that starts its own thread."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.decision import DecisionState
from bot.services import decision_dues
from bot.services.outbox import Delivery
from bot.services.recording import Record, Terms, record
from bot.services.slack_news import SlackNews
from bot.services.slack_render import SlackRenderer
from bot.settings import OutboxSettings
from bot.slack.poster import Poster
from storage.models import Decision
from storage.uow import Database
from tests.support.desk import MORNING, Desk, desk
from tests.unit.delivery.scripted import ScriptedPoster


class Room:
    """A desk whose news go through the outbox to a Slack that takes them."""

    def __init__(self, database: Database, home: Path) -> None:
        news = SlackNews()
        self.office: Desk = desk(database, home, news=news)  # type: ignore[arg-type]  # told nothing else
        news.attach(self.office.ctx)
        self.slack = ScriptedPoster()

        async def poster_for(_: str) -> Poster:
            return self.slack

        self.delivery = Delivery(
            database,
            poster_for,
            clock=self.office.ctx.clock,
            settings=OutboxSettings(per_channel_seconds=0),
            worker_id="w",
            renderer=SlackRenderer(self.office.ctx),
        )

    async def record(self, root_ts: str = "", **terms: Any) -> Decision:
        made = await record(
            self.office.ctx,
            Record(
                workspace_id="T1",
                channel_id="C1",
                root_ts=root_ts,
                user_id="U1",
                title="Redis",
                context="",
                outcome="Redis, for now.",
                source_url="",
                key="k1",
                accepted=True,
                terms=Terms(**terms),
            ),
        )
        assert made is not None
        return made

    async def sweep(self, days: int) -> list[dict[str, Any]]:
        """Let days pass, sweep twice and return what was posted."""
        await self.delivery.drain()
        self.office.clock.advance(timedelta(days=days))
        before = len(self.slack.calls)
        for _ in range(2):
            await decision_dues.tell_due(self.office.ctx)
            await self.delivery.drain()
        return [
            payload for method, payload in self.slack.calls[before:] if method == "chat.postMessage"
        ]


@pytest.fixture
def room(database: Database, tmp_path: Path) -> Room:
    return Room(database, tmp_path)


async def test_what_ends_is_said_in_its_thread_and_in_the_channel(room: Room) -> None:
    decision = await room.record(expires_on=date(2026, 3, 31))
    (warning,) = await room.sweep(27)
    assert warning["text"] == "Ends soon: D-1 Redis"
    (ended,) = await room.sweep(4)
    assert (ended["text"], ended["reply_broadcast"]) == ("Expired: D-1 Redis", True)
    said = str(ended["blocks"])
    assert "<@U1> It no longer applies" in said
    assert "decision.renew" in said
    # The card that started the thread is where both stand, and it shows the end, too.
    root = next(p for m, p in room.slack.calls if m == "chat.postMessage")
    assert "thread_ts" not in root
    assert warning["thread_ts"] == ended["thread_ts"]
    edits = [p for m, p in room.slack.calls if m == "chat.update"]
    assert edits[-1]["text"] == "Expired: D-1 Redis"
    assert edits[-1]["ts"] == ended["thread_ts"]
    assert await room.sweep(300) == []
    async with room.office.ctx.database.read() as uow:
        assert (await uow.decisions.get(decision.id)).state is DecisionState.EXPIRED


async def test_a_review_is_asked_for_in_the_thread_it_came_from(room: Room) -> None:
    await room.record("1700000001.000100", review_by=(MORNING + timedelta(days=9)).date())
    (asked,) = await room.sweep(9)
    assert asked["thread_ts"] == "1700000001.000100"
    assert asked["text"] == "Review due: D-1 Redis"
    assert "reply_broadcast" not in asked
    assert "Is it still right?" in str(asked["blocks"])


async def test_an_imported_record_of_the_whole_workspace_has_no_place_to_say_it(
    room: Room,
) -> None:
    decision = await room.record(review_by=(MORNING + timedelta(days=9)).date())
    await room.delivery.drain()
    async with room.office.ctx.database.begin() as uow:
        row = await uow.decisions.get(decision.id, lock=True)
        row.channel_id, row.thread_id = "", None
    assert await room.sweep(9) == []
    async with room.office.ctx.database.read() as uow:
        due = await uow.decisions.due(
            "T1", today=room.office.clock.now().date(), limit=9, seen_from=""
        )
    assert [row.id for row in due] == [decision.id]
