"""A wish to forget is a row: worked once, gone on with after a kill, told, and then blank."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.forget import REMOVED
from bot.domain.task import TaskState
from bot.services import forget, forgetting, retention
from bot.services.forget_run import LEASE, Run
from bot.services.forgetting import Wanted
from bot.settings import RetentionSettings
from storage.models import DecisionVote, RateBucket, Task
from storage.uow import UnitOfWork
from tests.support.desk import Desk
from tests.support.every_table import NOW, dump, fill
from tests.support.forgetting import posts, sent, told, walk_through_few, wishes

ME = "U0FORGETME"
WORDS = "canary words of one person"
MINE = Wanted("T1", "person", ME, told_in="C1", direct_id="D1")
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def few_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    walk_through_few(monkeypatch)


class Killed(BaseException):
    """The process is gone: no `except Exception` sees it."""


async def rows_of_all(office: Desk, workspace: str) -> None:
    async with office.ctx.database.begin() as uow:
        await uow.channels.ensure(workspace, f"C{workspace}", now=NOW)
        await fill(uow, workspace_id=workspace, channel_id=f"C{workspace}", person=ME, words=WORDS)


async def named(office: Desk) -> set[str]:
    """Return the tables that hold the person's id or words, or the channel to tell them in."""
    async with office.ctx.database.read() as uow:
        found = await dump(uow)
    told = {name: json.dumps(rows, default=str) for name, rows in found.items()}
    return {name for name, text in told.items() if any(x in text for x in (ME, WORDS, '"D1"'))}


async def test_asked_twice_it_is_done_once_and_then_nothing_names_the_person(
    office: Desk,
) -> None:
    ctx = office.ctx
    await office.take_in(WORDS, user_id=ME)
    assert await forgetting.ask(ctx, MINE)
    assert not await forgetting.ask(ctx, MINE)
    assert await forgetting.under_way(ctx, "T1", "person", ME) == ctx.clock.now()
    assert await forgetting.sweep(ctx) == 1
    assert await told(office) == {
        "to": "D1",
        "by": "chat.postMessage",
        "text": "Forgotten: 1 message and 1 task. It cannot be undone.",
    }
    assert await forgetting.under_way(ctx, "T1", "person", ME) is None
    assert await forgetting.sweep(ctx) == 0, "it waits for the post"
    office.clock.advance(16 * SECOND)
    await forgetting.sweep(ctx)
    assert "forgetting" in await named(office), "not sent yet"
    await sent(office)
    office.clock.advance(16 * SECOND)
    await forgetting.sweep(ctx)
    assert await named(office) <= {"audit"}
    assert [post.key for post in await posts(office) if "forgetting" in post.key] == []
    office.clock.advance(timedelta(days=2))
    assert await forgetting.sweep(ctx) == 0
    await office.take_in("another wish", user_id=ME, ts="1700000009.000100")
    assert await forgetting.ask(ctx, MINE), "whoever comes back may ask again"


async def test_who_is_nowhere_else_hears_it_where_they_asked(office: Desk) -> None:
    wanted = Wanted("T1", "channel", "C1", asked_by=ME, told_in="C1")
    await forgetting.ask(office.ctx, wanted)
    await forgetting.sweep(office.ctx)
    assert await told(office) == {
        "to": "C1",
        "by": "chat.postEphemeral",
        "user": ME,
        "text": "There was nothing left to forget in <#C1>.",
    }


async def test_a_task_begun_meanwhile_in_the_channel_is_stopped(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    purge = forget._purge
    late: list[Task] = []

    async def begins(*given: Any) -> None:
        await purge(*given)
        if not late:
            late.append(await office.take_in(WORDS, user_id=ME, ts="1700000005.000100"))

    monkeypatch.setattr(forget, "_purge", begins)
    await office.take_in(WORDS, user_id=ME)
    await forgetting.finish(office.ctx, Wanted("T1", "channel", "C1", asked_by="U0OTHER"))
    task = await office.task(late[0].id)
    assert (task.state, task.text) == (TaskState.STOPPED, REMOVED)


async def test_a_telling_that_never_arrives_is_given_up(office: Desk) -> None:
    await forgetting.ask(office.ctx, MINE)
    await forgetting.sweep(office.ctx)
    office.clock.advance(timedelta(days=1, minutes=1))
    await forgetting.sweep(office.ctx)
    assert await posts(office) == []
    assert await named(office) == set()


@pytest.mark.again
async def test_killed_after_each_batch_it_goes_on_and_counts_the_same(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a run that nobody disturbs says of the same rows in another workspace is said here."""
    for workspace in ("T1", "T2"):
        await rows_of_all(office, workspace)
    undisturbed = await forgetting.finish(office.ctx, Wanted("T2", "person", ME))
    add, begun, kills = Run.add, dict[int, dict[str, int]](), 0

    async def dies(self: Run, uow: UnitOfWork, table: str, number: int) -> None:
        if number and begun.setdefault(self.attempt, self.removed) != self.removed:
            raise Killed
        await add(self, uow, table, number)

    monkeypatch.setattr(Run, "add", dies)
    await forgetting.ask(office.ctx, MINE)
    while True:
        try:
            await forgetting.sweep(office.ctx)
            break
        except Killed:
            kills += 1
            assert await forgetting.sweep(office.ctx) == 0, "nobody takes it over at once"
            office.clock.advance(LEASE)
    assert kills >= 5
    (done,) = [wish for wish in await wishes(office) if wish.attempts == kills + 1]
    assert forgetting.rows_of(done) == undisturbed
    async with office.ctx.database.read() as uow:
        found = await dump(uow)
    mine = {name: [row for row in rows if row.get("workspace_id", "") == "T1"]
            for name, rows in found.items()}  # fmt: skip
    (message,) = mine["message"]
    (entry,) = [row for row in mine["audit"] if row["action"] == "person.forgotten"]
    assert (message["text"], message["user_id"]) == (REMOVED, done.pseudonym)
    assert mine["task"][0]["requester_id"] == done.pseudonym
    assert entry["details"] == undisturbed


async def test_who_lost_the_claim_changes_nothing_more(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that slept while another one took over wakes up in the middle."""
    ctx = office.ctx
    await office.take_in(WORDS, user_id=ME)
    quotes = forget._quotes
    slept: list[bool] = []

    async def sleeps(*given: Any) -> None:
        if not slept:
            slept.append(True)
            office.clock.advance(LEASE)
            assert await forgetting.sweep(ctx) == 1
        await quotes(*given)

    monkeypatch.setattr(forget, "_quotes", sleeps)
    await forgetting.ask(ctx, MINE)
    await forgetting.sweep(ctx)
    (wish,) = await wishes(office)
    assert wish.attempts == 2
    assert "1 message and 1 task" in (await told(office))["text"]
    async with ctx.database.read() as uow:
        entries = [row for row in (await dump(uow))["audit"] if "forgotten" in row["action"]]
    assert len(entries) == 1


async def test_a_long_one_keeps_no_other_waiting(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next tick comes while one is under way; it takes the others and leaves that alone."""
    quotes = forget._quotes
    ticks: list[int] = []

    async def takes_long(*given: Any) -> None:
        if not ticks:
            await forgetting.ask(office.ctx, Wanted("T1", "person", "U0OTHER"))
            ticks.append(0)
            ticks[0] = await forgetting.sweep(office.ctx)
        await quotes(*given)

    monkeypatch.setattr(forget, "_quotes", takes_long)
    await forgetting.ask(office.ctx, MINE)
    await forgetting.sweep(office.ctx)
    assert ticks == [1]
    assert [wish.attempts for wish in await wishes(office)] == [1, 1]
    assert all(wish.ended_at for wish in await wishes(office))


async def test_what_is_written_meanwhile_goes_too(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    mentions = forget._mentions
    wrote: list[Task] = []

    async def writes(*given: Any) -> None:
        if not wrote:
            wrote.append(await office.take_in(f"{WORDS} again", user_id=ME, ts="1700000005.000100"))
        await mentions(*given)

    monkeypatch.setattr(forget, "_mentions", writes)
    await office.take_in(WORDS, user_id=ME)
    rows = await forgetting.finish(office.ctx, Wanted("T1", "person", ME))
    assert (rows["message"], rows["task"]) == (2, 2)
    assert (await office.task(wrote[0].id)).text == REMOVED
    assert await named(office) <= {"audit"}


async def test_who_votes_again_meanwhile_is_forgotten_twice(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One answer a person: under one pseudonym the second would collide, and keep the id."""
    mentions = forget._mentions
    again: list[bool] = []
    await rows_of_all(office, "T1")

    async def votes() -> list[DecisionVote]:
        async with office.ctx.database.read() as uow:
            return list((await uow.session.scalars(select(DecisionVote))).all())

    (vote,) = await votes()

    async def votes_again(*given: Any) -> None:
        if not again:
            again.append(True)
            async with office.ctx.database.begin() as uow:
                uow.session.add(
                    DecisionVote(
                        decision_id=vote.decision_id,
                        revision=vote.revision,
                        user_id=ME,
                        workspace_id="T1",
                        verdict=vote.verdict,
                        reason=WORDS,
                        given_at=NOW,
                    )
                )
        await mentions(*given)

    monkeypatch.setattr(forget, "_mentions", votes_again)
    await forgetting.finish(office.ctx, Wanted("T1", "person", ME))
    first, second = sorted(await votes(), key=lambda one: one.user_id)
    assert second.user_id == f"{first.user_id}-1"
    assert (first.reason, second.reason) == (REMOVED, REMOVED)


async def test_one_that_breaks_keeps_no_other_waiting(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, broken = forget.forget_person, [True]

    async def breaks(ctx: Any, run: Run) -> None:
        if run.subject_id == ME and broken:
            raise RuntimeError
        await work(ctx, run)

    monkeypatch.setattr("bot.services.forgetting.forget_person", breaks)
    await forgetting.ask(office.ctx, MINE)
    office.clock.advance(SECOND)
    await forgetting.ask(office.ctx, Wanted("T1", "person", "U0OTHER"))
    assert await forgetting.sweep(office.ctx) == 2
    first, second = sorted(await wishes(office), key=lambda wish: wish.asked_at)
    assert first.ended_at is None
    assert second.ended_at is not None
    assert await forgetting.sweep(office.ctx) == 0
    broken.clear()
    office.clock.advance(2 * LEASE)
    await forgetting.sweep(office.ctx)
    assert all(wish.ended_at for wish in await wishes(office))


async def test_posts_to_the_person_and_their_pace_go(office: Desk) -> None:
    """Reminders are addressed to the person's id."""
    now = office.ctx.clock.now()
    async with office.ctx.database.begin() as uow:
        await uow.channels.ensure_workspace("T1", now=now)
        for user in (ME, "U0OTHER"):
            await uow.outbox.add(
                workspace_id="T1",
                channel_id=user,
                key=f"x:{user}",
                method="chat.postMessage",
                payload={"text": "hello"},
                now=now,
            )
            bucket = {"key": f"T1 chat.postMessage {user}", "tokens": 1.0, "since": now}
            uow.session.add(RateBucket(**bucket, free_at=now))
    await forgetting.finish(office.ctx, Wanted("T1", "person", ME))
    assert [post.channel_id for post in await posts(office)] == ["U0OTHER"]
    assert await paces(office) == ["T1 chat.postMessage U0OTHER"]


async def paces(office: Desk) -> list[str]:
    async with office.ctx.database.read() as uow:
        return list((await uow.session.scalars(select(RateBucket.key))).all())


async def test_the_pace_of_the_telling_itself_goes_once_it_is_told(office: Desk) -> None:
    """Its key names the direct messages between the person and the bot."""
    await office.take_in(WORDS, user_id=ME)
    await forgetting.ask(office.ctx, MINE)
    await forgetting.sweep(office.ctx)
    now = office.clock.now()
    async with office.ctx.database.begin() as uow:
        for place in ("T1 chat.postMessage D1", "T1 chat.postMessage D12", "T1 chat.update"):
            uow.session.add(RateBucket(key=place, tokens=1.0, since=now, free_at=now))
    await sent(office)
    office.clock.advance(16 * SECOND)
    await forgetting.sweep(office.ctx)
    assert await paces(office) == ["T1 chat.postMessage D12", "T1 chat.update"]


async def test_one_that_breaks_after_it_was_taken_over_puts_nothing_off(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was told then that all is done, a minute after the process that lost it broke."""
    quotes = forget._quotes
    again: list[bool] = []

    async def sleeps(*given: Any) -> None:
        if not again:
            again.append(True)
            office.clock.advance(LEASE)
            assert await forgetting.sweep(office.ctx) == 1
            raise RuntimeError
        await quotes(*given)

    monkeypatch.setattr(forget, "_quotes", sleeps)
    await office.take_in(WORDS, user_id=ME)
    await forgetting.ask(office.ctx, MINE)
    await forgetting.sweep(office.ctx)
    (wish,) = await wishes(office)
    assert wish.ended_at is not None
    assert wish.due_at == wish.ended_at + 15 * SECOND


async def test_who_goes_on_writing_is_told_what_is_left(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    mentions = forget._mentions
    wrote: list[None] = []

    async def writes(ctx: Any, table: Any, run: Run) -> None:
        await mentions(ctx, table, run)
        if table.name == "message":
            wrote.append(None)
            await office.take_in(WORDS, user_id=ME, ts=f"17000000{len(wrote):02d}.000100")

    monkeypatch.setattr(forget, "_mentions", writes)
    await office.take_in(WORDS, user_id=ME, ts="1700000000.000100")
    await forgetting.ask(office.ctx, MINE)
    await forgetting.sweep(office.ctx)
    assert len(wrote) == 3
    assert (await told(office))["text"] == (
        "Forgotten: 3 messages and 3 tasks. It cannot be undone. 2 rows that came meanwhile are"
        " left. `/lead forget me` once more, when you do not write, takes the rest."
    )


async def test_a_finished_wish_is_not_kept_for_ever(office: Desk) -> None:
    await forgetting.ask(office.ctx, MINE)
    later = office.ctx.clock.now() + timedelta(days=40)
    removed = await retention.remove_rows(office.ctx.database, RetentionSettings(), now=later)
    assert removed["forgettings"] == 0, "an open one waits"
    await forgetting.finish(office.ctx, Wanted("T1", "person", ME))
    await sent(office)
    office.clock.advance(16 * SECOND)
    await forgetting.sweep(office.ctx)
    removed = await retention.remove_rows(office.ctx.database, RetentionSettings(), now=later)
    assert removed["forgettings"] == 1
    assert await wishes(office) == []
