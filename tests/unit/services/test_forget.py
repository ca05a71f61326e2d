"""Forgetting a person and a channel: in every table, in one workspace, once and again."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.forget import REMOVED
from bot.domain.hand_off_words import read_asked
from bot.domain.memory.note import key_of
from bot.domain.task import TaskState
from bot.errors import UserFacingError
from bot.model.port import PlanRequest, WorkRequest
from bot.services import forget, forgetting, hand_offs, planning, tasks, wishes, working
from bot.services.hand_offs import NewHandOff
from bot.services.slack_news import SlackNews
from storage.models import MemoryEntity, MemoryObservation, Message, OutboxRow
from storage.personal import TABLES
from tests.storage.rows import add_call
from tests.support.desk import Desk, item, plan, wish
from tests.support.every_table import NOW, dump, fill
from tests.support.forgetting import forget_channel, forget_person, walk_through_few

ME, OTHER = "U0FORGETME", "U0STAYS0001"
WORDS = "canary words of one person"


@pytest.fixture
def few_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what is in few tables only."""
    walk_through_few(monkeypatch, "assignment", "hand_off", "memory_entity", "memory_observation")


few = pytest.mark.usefixtures("few_tables")


async def rows_of_all(office: Desk, *, workspace: str = "T1", channel: str = "C1") -> None:
    async with office.ctx.database.begin() as uow:
        await uow.channels.ensure(workspace, channel, now=NOW, is_private=True)
        await fill(uow, workspace_id=workspace, channel_id=channel, person=ME, words=WORDS)


async def stored(office: Desk, *, workspace: str = "T1") -> dict[str, list[dict[str, Any]]]:
    async with office.ctx.database.read() as uow:
        found = await dump(uow)
    return {
        name: [row for row in rows if row.get("workspace_id", workspace) == workspace]
        for name, rows in found.items()
    }


def without_wishes(found: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Return all but who asked to forget whom, which each asking adds to."""
    return {name: rows for name, rows in found.items() if name != "forgetting"}


def tell(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)


async def test_a_person_is_gone_from_every_table(office: Desk) -> None:
    await rows_of_all(office)
    before = await stored(office)
    assert all(ME in tell(before[name]) for name, holds in TABLES.items() if holds.ids), "filled"
    counts = await forget_person(office.ctx, "T1", ME)
    after = await stored(office)
    for name, rows in after.items():
        kept = TABLES[name].kept
        for row in rows:
            left = {key: value for key, value in row.items() if key not in kept}
            assert ME not in tell(left), name
            for column in TABLES[name].words:
                assert WORDS not in tell(row[column]), f"{name}.{column}"
    assert after["feedback"] == []
    assert after["message"][0]["text"] == REMOVED
    assert counts["message"] == 1
    names = {after["plan"][0]["approved_by"], after["message"][0]["user_id"]}
    assert len(names) == 1, "one pseudonym"
    entry = after["audit"][-1]
    acted = (entry["action"], entry["noun_id"], entry["actor_id"])
    assert acted == ("person.forgotten", *names, *names)
    assert await forget_person(office.ctx, "T1", ME) == {}
    assert without_wishes(await stored(office)) == without_wishes(after), "again changes nothing"


async def test_the_audit_log_still_says_who(office: Desk) -> None:
    task = await office.take_in(WORDS, user_id=ME)
    await tasks.stop(office.ctx, task.id, by=ME)
    await forget_person(office.ctx, "T1", ME)
    after = await stored(office)
    acts = {row["action"]: row["actor_id"] for row in after["audit"]}
    assert acts["task.stop"] == ME
    assert acts["person.forgotten"].startswith("forgotten-")
    assert WORDS not in tell(after["audit"])


async def test_a_channel_whose_process_died_is_forgotten_by_the_clean_up(office: Desk) -> None:
    await office.take_in(WORDS, user_id=ME)
    await office.take_in(WORDS, user_id=ME, channel_id="C2", ts="1700000003.000100")
    async with office.ctx.database.begin() as uow:
        channel = await uow.channels.get("T1", "C1")
        channel.settings = {forgetting.DELETED_AT: NOW.isoformat()}
    assert await forgetting.forget_deleted(office.ctx) > 0
    after = await stored(office)
    assert [row["channel_id"] for row in after["message"]] == ["C2"]
    assert await forgetting.forget_deleted(office.ctx) == 0


async def test_what_a_call_under_way_gave_too_late_goes_with_the_clean_up(office: Desk) -> None:
    task = await office.take_in(WORDS, user_id=ME)
    other = await office.take_in(WORDS, user_id=ME, channel_id="C2", ts="1700000003.000100")
    await forget_channel(office.ctx, "T1", "C1", by=OTHER)
    async with office.ctx.database.begin() as uow:
        for each in (task, other):
            await add_call(uow, each, "r1:plan", "done", result={"text": WORDS}, cost_micros=7)
    assert await forgetting.forget_deleted(office.ctx) == 1
    calls = {row["channel_id"]: row for row in (await stored(office))["model_call"]}
    assert (calls["C1"]["result"], calls["C1"]["cost_micros"]) == (None, 7)
    assert calls["C2"]["result"] == {"text": WORDS}


@pytest.mark.again
async def test_the_same_person_elsewhere_stays(office: Desk) -> None:
    await rows_of_all(office)
    await rows_of_all(office, workspace="T2", channel="C2")
    others = await stored(office, workspace="T2")
    theirs = {name: rows for name, rows in others.items() if rows and "workspace_id" in rows[0]}
    assert "message" in theirs
    await forget_person(office.ctx, "T1", ME)
    after = await stored(office, workspace="T2")
    assert {name: after[name] for name in theirs} == theirs


async def test_a_channel_is_gone_from_every_table(office: Desk) -> None:
    await rows_of_all(office)
    await rows_of_all(office, channel="C9")
    before = await stored(office)
    counts = await forget_channel(office.ctx, "T1", "C1", by=OTHER)
    after = await stored(office)
    for name, rows in after.items():
        holds = TABLES[name]
        mine = [row for row in rows if holds.channel and row[holds.channel] == "C1"]
        assert len(mine) == (1 if holds.shell else 0), name
        assert WORDS not in tell(mine), name
        assert ME not in tell(mine), name
        if holds.channel:
            others = [row for row in before[name] if row[holds.channel] == "C9"]
            assert [row for row in rows if row[holds.channel] == "C9"] == others, name
    task = next(row for row in after["task"] if row["channel_id"] == "C1")
    assert (task["state"], task["text"]) == (TaskState.STOPPED, REMOVED)
    # Of each pair of rows that belong to a channel by their parents one is left.
    for name in ("plan", "assignment", "feedback", "decision_vote", "decision_due"):
        assert len(after[name]) == 1, name
    assert counts["decision"] == 1
    assert after["audit"][-1]["details"] == counts
    assert await forget_channel(office.ctx, "T1", "C1", by=OTHER) == {}
    again = await stored(office)
    assert without_wishes(again) == without_wishes(after), "no second line in the log either"


@few
async def test_more_rows_than_a_batch(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forget, "BATCH", 2)
    task = await office.take_in(f"{WORDS} number 0", user_id=ME)
    async with office.ctx.database.begin() as uow:
        thread = await uow.threads.get(task.thread_id)
        for number in range(1, 6):
            uow.session.add(
                Message(
                    workspace_id="T1",
                    channel_id="C1",
                    thread_id=thread.id,
                    ts=f"17000000{number}.0",
                    user_id=ME,
                    text=f"{WORDS} number {number}, says <@{ME}|me>",
                    created_at=NOW,
                )
            )
    await forget_person(office.ctx, "T1", ME)
    after = await stored(office)
    assert [row["text"] for row in after["message"]] == [REMOVED] * 6
    assert ME not in tell(after["message"])


@few
async def test_open_work_is_stopped_and_cannot_go_on(office: Desk) -> None:
    task = await office.take_in(WORDS, user_id=ME)
    await forget_person(office.ctx, "T1", ME)
    stopped = await office.task(task.id)
    assert (stopped.state, stopped.text) == (TaskState.STOPPED, REMOVED)
    with pytest.raises(UserFacingError, match="removed"):
        await tasks.resume(office.ctx, task.id, by=OTHER)


@few
async def test_what_was_made_of_their_words_quotes_them_no_more(office: Desk) -> None:
    task = await office.take_in(f"{WORDS},\nand a second line of it", user_id=ME)
    async with office.ctx.database.begin() as uow:
        row = await uow.tasks.get(task.id, lock=True)
        row.answer = f"You said: {WORDS}, and a  second line of it. It takes PostgreSQL."
    await forget_person(office.ctx, "T1", ME)
    assert (await office.task(task.id)).answer == f"You said: {REMOVED}. It takes PostgreSQL."


@few
async def test_a_plan_at_work_quotes_them_no_more(office: Desk) -> None:
    """It is not read anew for each assignment, unless it has changed."""
    said = f"{WORDS}, and a second line of it"
    task = await office.take_in(user_id=OTHER)
    more = wish(said, user_id=ME, ts="1700000002.000100", root_ts="1700000001.000100")
    await wishes.take_in(office.ctx, more)
    quoting = item("a1").model_copy(update={"brief": f"They wrote: {said}"})
    office.model.always(PlanRequest, plan(quoting, item("a2")))
    assert await planning.plan_task(office.ctx, task.id) == "work"
    assert await working.work_assignment(office.ctx, task.id, "a1") == "done"
    await forget_person(office.ctx, "T1", ME)
    assert await working.work_assignment(office.ctx, task.id, "a2") == "done"
    seen = [
        request.plan.assignment("a1").brief
        for request in office.model.asked(WorkRequest)
        if isinstance(request, WorkRequest)
    ]
    assert seen == [f"They wrote: {said}", f"They wrote: {REMOVED}"]


@few
async def test_a_full_column_takes_a_longer_pseudonym(office: Desk) -> None:
    task = await office.take_in("an API for invoices", user_id=OTHER)
    async with office.ctx.database.begin() as uow:
        row = await uow.tasks.get(task.id, lock=True)
        row.title = f"{'x' * 187}<@{ME}>"
    await forget_person(office.ctx, "T1", ME)
    title = (await office.task(task.id)).title
    assert title.startswith("x" * 187 + "forgotten-")
    assert len(title) == 200


@few
async def test_direct_messages_go_whole(office: Desk) -> None:
    task = await office.take_in(WORDS, user_id=ME, channel_id="D1", is_private=True)
    async with office.ctx.database.begin() as uow:
        row = await uow.tasks.get(task.id, lock=True)
        row.answer = "An answer that quotes nobody."
    await forget_person(office.ctx, "T1", ME)
    after = await stored(office)
    assert after["message"] == []
    assert after["task"][0]["answer"] is None


@few
async def test_a_stopped_neighbour_keeps_working(office: Desk) -> None:
    await office.take_in(WORDS, user_id=ME)
    other = await wishes.take_in(office.ctx, wish("an API", user_id=OTHER, ts="1700000002.000100"))
    assert other is not None
    await forget_person(office.ctx, "T1", ME)
    assert (await office.task(other.id)).state is TaskState.ACCEPTED


@few
async def test_posts_of_what_has_no_thread_repeat_it_no_more(office: Desk) -> None:
    """A hand-off's cards: what was sent is emptied, what waits loses the words."""
    ctx, news = office.ctx, SlackNews()
    object.__setattr__(ctx, "announcer", news)
    news.attach(ctx)
    for number, user in enumerate((ME, OTHER)):
        asked = read_asked(f"{WORDS} by {user}", now=ctx.clock.now())
        wanted = NewHandOff("T1", "C1", "C2", "out", "devops", asked, user, key=f"command:{number}")
        await hand_offs.request(ctx, wanted)
    async with ctx.database.begin() as uow:
        for row in (await uow.session.scalars(select(OutboxRow))).all():
            row.state = "sent" if row.channel_id == "C2" else "pending"
    await forget_person(ctx, "T1", ME)
    async with ctx.database.read() as uow:
        posts = (await uow.session.scalars(select(OutboxRow).order_by(OutboxRow.id))).all()
    sent, waiting, *others = posts
    assert sent.payload == {}
    assert REMOVED in tell(waiting.payload)
    assert WORDS not in tell(waiting.payload)
    assert all(WORDS in tell(post.payload) for post in others)


@few
async def test_a_thing_named_after_somebody_is_looked_up_by_the_new_name(office: Desk) -> None:
    """The memory's keys are in small letters, and so is the id in them."""
    async with office.ctx.database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=NOW)
        name = f"deploys of <@{ME}>"
        thing = await uow.memory.ensure(
            "T1", "C1", kind="system", key=key_of(name), name=name, now=NOW
        )
        uow.session.add(
            MemoryObservation(
                workspace_id="T1",
                entity_id=thing.id,
                channel_id="C1",
                author_id="U0OTHER",
                text="on Fridays",
                source="",
                at=NOW,
            )
        )
    await forget_person(office.ctx, "T1", ME)
    async with office.ctx.database.read() as uow:
        (kept,) = (await uow.session.scalars(select(MemoryEntity))).all()
    assert kept.name.startswith("deploys of forgotten-")
    assert kept.key == key_of(kept.name)


@few
async def test_keys_are_made_anew_of_names_without_a_persons_words(office: Desk) -> None:
    """Two that were named with the same words are two afterwards, and neither holds them."""
    task = await office.take_in(WORDS, user_id=ME)
    async with office.ctx.database.begin() as uow:
        names = (("", f"{WORDS} (T-1)"), ("", f"{WORDS}  (T-1)"), ("C1", WORDS))
        for number, (scope, name) in enumerate(names):
            thing = await uow.memory.ensure(
                "T1", scope, kind="task", key=f"{key_of(name)} {number}", name=name, now=NOW
            )
            thing.thread_id, thing.record_id = task.thread_id, f"{thing.id}"
    await forget_person(office.ctx, "T1", ME)
    async with office.ctx.database.read() as uow:
        rows = (await uow.session.scalars(select(MemoryEntity))).all()
    assert len(rows) == len({(row.scope, row.key) for row in rows}) == 3
    assert not [row.key for row in rows if key_of(WORDS) in row.key]
