"""What is announced costs little, and what is posted shows the state at the time of sending."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.domain.events import (
    AssignmentEnded,
    AssignmentStarted,
    TaskAccepted,
    TaskEnded,
    TaskEvent,
    TaskPlanned,
    TaskThanked,
)
from bot.domain.roots import provisional
from bot.domain.task import AssignmentState, TaskState
from bot.services import tasks, wishes
from bot.services.outbox import Delivery
from bot.services.outbox_repair import revive
from bot.services.slack_news import SlackNews
from bot.services.slack_render import SlackRenderer
from bot.settings import OutboxSettings
from bot.slack.errors import failure
from bot.slack.poster import Poster
from storage.models import Task
from storage.uow import Database, UnitOfWork
from tests.storage.rows import add_plan
from tests.support.desk import MORNING, Desk, desk, wish
from tests.unit.delivery.scripted import ScriptedPoster

RUNNING = "⏳"


class Newsroom:
    """A desk whose news become outbox rows, with a Slack that takes them."""

    def __init__(self, office: Desk, news: SlackNews) -> None:
        self.office, self.news = office, news
        self.slack = ScriptedPoster()

        async def poster_for(_: str) -> Poster:
            return self.slack

        self.delivery = Delivery(
            office.ctx.database,
            poster_for,
            clock=office.ctx.clock,
            settings=OutboxSettings(per_channel_seconds=0),
            worker_id="w",
            renderer=SlackRenderer(office.ctx),
        )

    async def planned(self, **more: Any) -> Task:
        """Take a wish in and plan two assignments."""
        task = await wishes.take_in(self.office.ctx, wish(**more))
        assert task is not None
        async with self.office.ctx.database.begin() as uow:
            await add_plan(uow, task, "database-architect", "api-architect")
            await self.news.announce(uow, TaskPlanned(task.id))
        return task

    async def tell(self, event_: TaskEvent) -> int:
        """Announce a fact and return how many statements that took."""
        async with self.office.ctx.database.begin() as uow:
            task = await uow.tasks.get(event_.task_id, lock=True)
            with _counted(uow) as statements:
                await self.news.announce(uow, event_)
            assert task.id == event_.task_id
        return len(statements)

    async def set_assignment(self, task: Task, key: str, **values: Any) -> None:
        async with self.office.ctx.database.begin() as uow:
            plan = await uow.plans.of_round(task.id, 1)
            assert plan is not None
            rows = {item.key: item for item in await uow.plans.assignments(plan.id)}
            for name, value in values.items():
                setattr(rows[key], name, value)
            await uow.session.flush()


@contextmanager
def _counted(uow: UnitOfWork) -> Iterator[list[str]]:
    engine = uow.session.get_bind().engine
    statements: list[str] = []

    def count(_c: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", count)


@pytest.fixture
def room(database: Database, tmp_path: Path) -> Newsroom:
    news = SlackNews()
    office = desk(database, tmp_path)
    ctx = replace(office.ctx, announcer=news)
    news.attach(ctx)
    return Newsroom(Desk(ctx, office.model), news)


async def test_a_step_costs_few_statements(room: Newsroom) -> None:
    task = await room.planned()
    for started in (True, False):
        kind = AssignmentStarted if started else AssignmentEnded
        for key in ("a1", "a2"):
            assert await room.tell(kind(task.id, key=key)) <= 3
    await room.delivery.drain()
    assert await room.tell(AssignmentStarted(task.id, key="a1")) <= 3
    assert await room.tell(AssignmentStarted(task.id, key="a1")) == 1


async def test_a_card_shows_what_is_so_when_it_is_sent(room: Newsroom) -> None:
    task = await room.planned()
    await room.set_assignment(task, "a1", state=AssignmentState.RUNNING)
    await room.tell(AssignmentStarted(task.id, key="a1"))
    await room.set_assignment(task, "a2", state=AssignmentState.RUNNING)
    await room.delivery.drain()

    (card,) = room.slack.made("chat.postMessage")
    shown = str(card["blocks"])
    assert shown.count(RUNNING) == 2
    assert card["thread_ts"] == wish().root_ts
    assert len(room.slack.messages) == 1


async def test_who_delivered_nothing_posts_nothing_until_there_is_something(
    room: Newsroom,
) -> None:
    task = await room.planned()
    await room.tell(AssignmentEnded(task.id, key="a1"))
    await room.delivery.drain()
    posted = len(room.slack.messages)

    result = {"headline": "Use PostgreSQL", "bullets": ["b"]}
    await room.set_assignment(task, "a1", output=result, state=AssignmentState.DONE)
    await room.tell(AssignmentEnded(task.id, key="a1"))
    await room.delivery.drain()
    assert len(room.slack.messages) == posted + 1
    assert "Use PostgreSQL" in str(room.slack.messages[-1])

    await room.tell(AssignmentEnded(task.id, key="a1"))
    await room.delivery.drain()
    assert len(room.slack.messages) == posted + 1


async def test_a_rounds_last_card_is_kept_when_the_next_round_begins(room: Newsroom) -> None:
    """The task's row tells of the new round by then."""
    task = await room.planned()
    await room.delivery.drain()
    await tasks.stop(room.office.ctx, task.id, by="U1")
    ts = "1700000002.000100"
    again = wish(ts=ts, root_ts=wish().root_ts, key=f"msg:{ts}")
    follow_up = await wishes.take_in(room.office.ctx, again)
    assert follow_up is not None
    assert follow_up.round == 2
    await room.delivery.drain()

    assert "Stopped by" in str(room.slack.messages[0]["blocks"])


async def test_a_command_opens_its_thread_through_the_outbox(room: Newsroom) -> None:
    """What belongs to the thread waits for its first message, then goes there."""
    root = provisional("0123456789abcdef0123456789")
    task = await room.planned(root_ts=root, text="an API & <@U2> for *invoices*")
    await room.delivery.drain()

    first, card = room.slack.messages
    assert first["text"] == "<@U1> asks: an API &amp; <@U2> for *invoices*"
    assert "thread_ts" not in first
    assert card["thread_ts"] == first["ts"]
    (eyes,) = room.slack.made("reactions.add")
    assert (eyes["timestamp"], eyes["name"]) == (first["ts"], "eyes")
    async with room.office.ctx.database.read() as uow:
        thread = await uow.threads.find("T1", "C1", first["ts"])
        assert thread is not None
        assert thread.id == task.thread_id


async def test_without_its_first_message_a_thread_stays_unsaid(room: Newsroom) -> None:
    """It says why, and goes on when the channel can be posted to again."""
    gone = failure("chat.postMessage", "is_archived")
    room.slack.script("chat.postMessage", gone)
    task = await room.planned(root_ts=provisional("abc"))
    await room.delivery.drain()
    ctx = room.office.ctx
    async with ctx.database.read() as uow:
        codes = {row.problem_code for row in await uow.outbox.dead_of_task(task.id)}
    assert codes == {"channel_gone", "target_dead"}
    assert room.slack.messages == []

    await revive(ctx.database, "channel", now=MORNING, workspace_id="T1", channel_id="C1")
    await room.delivery.drain()
    first, card = room.slack.messages
    assert card["thread_ts"] == first["ts"]


async def test_a_card_waits_no_longer_than_its_task(room: Newsroom) -> None:
    """A task that ended before its card was ever sent gets one message, not a message and edits."""
    task = await room.planned()
    await tasks.stop(room.office.ctx, task.id, by="U1")
    await room.tell(TaskEnded(task.id))
    await room.delivery.drain()
    assert len(room.slack.messages) == 1
    assert room.slack.made("chat.update") == []


async def test_an_accepted_wish_is_seen(room: Newsroom) -> None:
    task = await wishes.take_in(room.office.ctx, wish())
    assert task is not None
    await room.tell(TaskAccepted(task.id))
    await room.delivery.drain()
    assert [call["name"] for call in room.slack.made("reactions.add")] == ["eyes"]


def reactions(room: Newsroom) -> list[tuple[str, str]]:
    """What stands on messages in the end, as (ts, name)."""
    found = [(call["timestamp"], call["name"]) for call in room.slack.made("reactions.add")]
    for call in room.slack.made("reactions.remove"):
        found.remove((call["timestamp"], call["name"]))
    return found


async def test_a_wish_ends_with_the_sign_of_its_end(room: Newsroom) -> None:
    """Beside 👀, once, another where it was taken up again; the next round has its own message."""
    ctx, first = room.office.ctx, wish().ts
    task = await room.planned()
    await room.delivery.drain()
    for _ in range(2):
        await tasks.stop(ctx, task.id, by="U1", receipt="click")
        await room.delivery.drain()
    assert reactions(room) == [(first, "eyes"), (first, "black_square_for_stop")]

    await tasks.resume(ctx, task.id, by="U1")
    async with ctx.database.begin() as uow:
        row = await uow.tasks.get(task.id, lock=True)
        await tasks.end(ctx, uow, row, TaskState.DONE)
    await room.delivery.drain()
    assert reactions(room) == [(first, "eyes"), (first, "white_check_mark")]

    second = "1700000002.000100"
    await wishes.take_in(ctx, wish(ts=second, root_ts=wish().root_ts, key=f"msg:{second}"))
    async with ctx.database.begin() as uow:
        row = await uow.tasks.get(task.id, lock=True)
        row.read_ts = second
        await tasks.end(ctx, uow, row, TaskState.FAILED, reason="Away.")
    await room.delivery.drain()
    assert reactions(room)[1:] == [
        (first, "white_check_mark"),
        (second, "eyes"),
        (second, "warning"),
    ]


async def test_a_wish_of_a_command_ends_with_its_sign_on_the_posted_message(
    room: Newsroom,
) -> None:
    task = await room.planned(root_ts=provisional("abc"))
    await tasks.stop(room.office.ctx, task.id, by="U1")
    await room.delivery.drain()
    posted = room.slack.messages[0]["ts"]
    assert reactions(room) == [(posted, "eyes"), (posted, "black_square_for_stop")]
    assert "round" not in room.slack.made("reactions.add")[1]


async def test_without_the_scope_the_end_is_told_by_the_card_alone(room: Newsroom) -> None:
    missing = failure("reactions.add", "missing_scope", needed="reactions:write")
    room.slack.script("reactions.add", missing)
    task = await room.planned()
    await room.delivery.drain()
    await tasks.stop(room.office.ctx, task.id, by="U1")
    await room.delivery.drain()
    async with room.office.ctx.database.read() as uow:
        dead = await uow.outbox.dead_of_task(task.id)
    assert [(row.method, row.problem) for row in dead] == [("reactions.add", "")]
    assert len(room.slack.made("reactions.add")) == 1, "it is not tried again"


async def test_thanks_get_a_nod_and_no_second_sign(room: Newsroom) -> None:
    task = await room.planned()
    await room.tell(TaskThanked(task.id, ts=task.read_ts))
    await tasks.stop(room.office.ctx, task.id, by="U1")
    await room.delivery.drain()
    assert [name for _, name in reactions(room)] == ["eyes", "+1"]


async def test_a_task_that_began_with_a_card_of_ours_ends_there(room: Newsroom) -> None:
    """No message of a person was taken in, e.g. where a sprint is planned from its card."""
    task = await room.planned()
    async with room.office.ctx.database.begin() as uow:
        row = await uow.tasks.get(task.id, lock=True)
        row.read_ts = "1700000009.000100"
    await room.tell(TaskAccepted(task.id))
    await tasks.stop(room.office.ctx, task.id, by="U1")
    await room.delivery.drain()
    assert ("1700000009.000100", "black_square_for_stop") in reactions(room)
