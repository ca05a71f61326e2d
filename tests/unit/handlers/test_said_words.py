"""`@lead quiet` and `@lead handoff` where they mean nothing: said once, no task."""

from pathlib import Path
from typing import Any

import pytest
from slack_bolt.context.async_context import AsyncBoltContext
from sqlalchemy import func, select

from bot.errors import UserFacingError
from bot.services.threads import set_mention_only
from handlers.desk import Desk as Hands
from handlers.messages import Messages
from storage.models import Attachment, Task, Thread
from storage.uow import Database
from tests.support.desk import Desk, desk
from tests.unit.handlers.test_sprint_command import Slack

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Starter:
    """Counts the tasks that are begun."""

    def __init__(self) -> None:
        self.begun = 0

    async def start_task(self, _task_id: str, _workflow_id: str) -> None:
        self.begun += 1


class Room(Slack):
    """Keeps what is whispered; each of its messages has these files."""

    def __init__(self, files: list[dict[str, Any]]) -> None:
        super().__init__()
        self.whispers: list[str] = []
        self._files = files

    async def conversations_replies(self, *, latest: str, **_: Any) -> dict[str, Any]:
        return {"messages": [{"ts": latest, "files": self._files}]}

    async def chat_postEphemeral(self, *, text: str, **_: Any) -> None:
        self.whispers.append(text)


@pytest.fixture
def at(database: Database, tmp_path: Path) -> Desk:
    return desk(database, tmp_path)


async def heard(
    at: Desk, text: str, *, channel: str = "C1", root: str | None = None, file: str = ""
) -> str:
    """Deliver a mention as Slack does, twice; return what was refused, or what became of it."""
    kind = "im" if channel.startswith("D") else "channel"
    event: dict[str, Any] = {
        "channel": channel,
        "channel_type": kind,
        "user": "U1",
        "ts": "1700000009.000100",
        "text": text if kind == "im" else f"<@UBOT> {text}",
    }
    if root:
        event["thread_ts"] = root
    if file:
        event["files"] = [{"id": "F1", "name": file, "url_private": "https://files.slack.com/F1"}]
    told, begun = await delivered(at, event, heard=1 if kind == "im" else 2)
    return told or f"{begun} begun"


async def delivered(at: Desk, event: dict[str, Any], *, heard: int = 2) -> tuple[str, int]:
    """Let a message be `heard` so often, a mention as one first, which names no files; return what
    was told, at most one thing, and how many tasks began.
    """
    starter, room = Starter(), Room(event.get("files", []))
    messages = Messages(Hands(at.ctx, starter))  # type: ignore[arg-type]  # it only starts
    context = AsyncBoltContext({"team_id": "T1", "bot_user_id": "UBOT"})
    mentions = "<@UBOT>" in event["text"]
    said: list[str] = []
    bare = {name: value for name, value in event.items() if name != "files"}
    first = (messages.mentioned, bare) if mentions else (messages.said, event)
    for take, told_of in (first, (messages.said, event))[:heard]:
        try:
            await take(told_of, context, room)  # type: ignore[arg-type]  # what of it is asked
        except UserFacingError as refused:
            said.append(refused.sentence())
    told = [*said, *room.whispers]
    assert len(told) <= 1
    return " ".join(told), starter.begun


async def tasks(at: Desk) -> int:
    async with at.ctx.database.read() as uow:
        return int(await uow.session.scalar(select(func.count()).select_from(Task)) or 0)


@pytest.mark.parametrize(
    ("text", "channel", "answer"),
    [
        ("quiet", "C1", "Say `@lead quiet` in that thread, or `/lead quiet T-12` here."),
        ("Listen!", "C1", "Say `@lead listen` in that thread, or `/lead listen T-12` here."),
        ("quiet", "D1", "In a direct message I follow all that you write."),
        ("handoff", "C1", "`/lead handoff devops a staging database by Friday`."),
        ("handoff to the devops team", "C1", "`/lead handoff devops team`."),
        ("handoff qa: a load test by Friday", "C1", "`/lead handoff testing a load test by Fri"),
        ("handoff h-3", "C1", "`/lead handoff H-3`."),
        ("handoff frontend", "D1", "`/lead handoff frontend <what>`."),
        ("status", "C1", "`status` alone is a command. Type `/lead status`"),
        ("Tasks?", "D1", "Type `/lead tasks`, or say"),
        ("How much did we spend this month?", "D1", "That is `/lead cost`."),
        ("show me all open tasks", "C1", "That is `/lead tasks`."),
        ("which decisions are open?", "C1", "That is `/lead decisions`."),
        ("Who is away tomorrow?", "C1", "That is `/lead away list`."),
        ("Who’s out today?", "D1", "That is `/lead away list`."),
        ("when is the next standup", "C1", "That is `/lead standup`."),
        ("When’s our next standup?", "D1", "That is `/lead standup`."),
        ("remind me to rotate the keys tomorrow", "D1", "once, Slack's own `/remind`."),
        ("Remind us about the demo on Friday.", "C1", "once, Slack's own `/remind`."),
        (f"handoff mobile {'x' * 101}", "C1", "`/lead handoff mobile <what>`."),
    ],
)
async def test_a_word_out_of_place_is_answered_once_and_becomes_no_task(
    at: Desk, text: str, channel: str, answer: str
) -> None:
    assert answer in await heard(at, text, channel=channel)
    assert await tasks(at) == 0


@pytest.mark.parametrize(
    "text",
    [
        "handoff notes for the release",
        "quiet hours for our alerts",
        "status of the API",
        "which services should we split off first?",
        "how much did we spend on Kafka, and is SQS cheaper?",
        "send reminders of invoices by mail",
        "remind me how we partition the orders table",
        "remind me what we decided today",
        "remind us of our rules for APIs",
        "remind me about our retry policy",
        "Remind me to rotate the keys. Then design an API for invoices.",
    ],
)
async def test_a_wish_that_only_begins_like_it_is_a_wish(at: Desk, text: str) -> None:
    assert await heard(at, text) == "1 begun"
    assert await tasks(at) == 1


async def test_beside_a_file_a_command_s_name_says_what_to_do_with_it(at: Desk) -> None:
    assert await heard(at, "review", file="design.md") == "1 begun"
    async with at.ctx.database.read() as uow:
        assert await uow.session.scalar(select(Attachment.name)) == "design.md"


async def test_in_a_task_s_thread_it_is_followed(at: Desk) -> None:
    task = await at.take_in()
    root = "1700000001.000100"
    assert "only replies here that mention me" in await heard(at, "quiet", root=root)
    async with at.ctx.database.read() as uow:
        thread = await uow.session.get_one(Thread, task.thread_id)
        assert thread.mention_only
    assert not await set_mention_only(at.ctx, task.thread_id, True, by="U1")
