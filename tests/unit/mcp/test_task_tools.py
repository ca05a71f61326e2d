"""Delegating and reading tasks: a wish like a mention's, once for each key, with its result."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.mcp_token import Agent
from bot.model.port import PlanRequest
from bot.services import planning, working
from bot.services.slack_news import SlackNews
from bot.services.synthesis import synthesise
from bot.settings import AccessSettings, LimitSettings
from storage.models import Task
from storage.uow import Database
from tests.support.agents import KeptStarts, KnownPeople, Told, agent, calling, with_people
from tests.support.desk import Desk, desk, item, plan

HERS = agent("coder", user_id="U1")
WISH: dict[str, Any] = {"channel": "C1", "text": "an API for invoices", "idempotencyKey": "k1"}


async def stored(office: Desk) -> list[Task]:
    async with office.ctx.database.read() as uow:
        return sorted(await uow.tasks.newest("T1", limit=20), key=lambda task: task.number)


async def test_a_wish_becomes_one_task_however_often_it_is_asked_for(office: Desk) -> None:
    starts = KeptStarts()
    async with calling(office, HERS, starter=starts) as call:
        first = await call("delegate_task", **WISH)
        again = await call("delegate_task", **WISH)
        other = await call("delegate_task", **(WISH | {"idempotencyKey": "k2"}))
    assert (first["isNew"], again["isNew"], other["isNew"]) == (True, False, True)
    assert first["task"]["id"] == again["task"]["id"] == "T-1"
    assert first["task"]["requestedBy"] == "U1"
    found = await stored(office)
    assert [task.public_id for task in found] == ["T-1", "T-2"]
    assert starts.started == [task.id for task in found]
    async with office.ctx.database.read() as uow:
        acts = await uow.audit.of("T1", "task", found[0].id)
    assert [(act.actor_id, act.action, act.details) for act in acts] == [
        ("U1", "task.delegate", {"agent": "coder"})
    ]


async def test_a_key_names_one_wish_of_one_person(office: Desk) -> None:
    async with calling(office, HERS) as call:
        await call("delegate_task", **WISH)
        with pytest.raises(Told, match="That idempotency_key is T-1's, which is another wish"):
            await call("delegate_task", **(WISH | {"text": "something else"}))
    async with calling(office, agent("his", user_id="U2")) as call:
        assert (await call("delegate_task", **WISH))["task"]["id"] == "T-2"


async def test_the_thread_is_opened_in_the_channel(database: Database, office: Desk) -> None:
    news = SlackNews()
    ctx = replace(office.ctx, announcer=news)
    news.attach(ctx)
    async with calling(Desk(ctx, office.model), HERS) as call:
        await call("delegate_task", **WISH)
    async with database.read() as uow:
        (task,) = await uow.tasks.newest("T1", limit=5)
        thread = await uow.threads.get(task.thread_id)
        root = await uow.outbox.by_key("T1", thread.root_ts)
    assert root is not None
    assert (root.channel_id, root.method) == ("C1", "chat.postMessage")
    assert "<@U1>" in str(root.payload)
    assert "an API for invoices" in str(root.payload)


REFUSED: list[tuple[Agent, dict[str, Any], str]] = [
    (agent("orchestrator"), {}, "this token belongs to nobody"),
    (HERS, {"channel": ""}, "channel: String should have at least 1 character"),
    (HERS, {"channel": "C404"}, "I know no channel 'C404'"),
    (agent("his", user_id="U2"), {"channel": "G1"}, "I know no channel 'G1'"),
    (agent("foreign", workspace_id="T2", user_id="U1"), {"channel": "G1"}, "I know no channel"),
    (HERS, {"text": " "}, "I see no words in that"),
    (HERS, {"text": "x" * 13_000}, "12,000"),
    (HERS, {"idempotencyKey": ""}, "idempotencyKey: String should have"),
]


async def test_who_may_not_ask_leaves_nothing(office: Desk) -> None:
    for who, change, why in REFUSED:
        async with calling(office, who) as call:
            with pytest.raises(Told) as refused:
                await call("delegate_task", **(WISH | change))
        assert why in str(refused.value)
        assert await stored(office) == []


async def test_rights_and_the_pace_are_those_of_a_mention(office: Desk) -> None:
    """A refused wish may be asked for again with the same key."""
    database, home = office.ctx.database, office.ctx.settings.app.home
    strict = desk(
        database,
        home,
        access=AccessSettings(ask="U1"),
        limit=LimitSettings(tasks_per_user_hour=1),
    )
    strict = with_people(strict, KnownPeople())
    async with calling(strict, agent("his", user_id="U2")) as call:
        with pytest.raises(Told, match="can ask me for work here"):
            await call("delegate_task", **WISH)
    async with calling(strict, HERS) as call:
        await call("delegate_task", **WISH)
        second = WISH | {"idempotencyKey": "k2"}
        with pytest.raises(Told, match="You have started 1 task within an hour"):
            await call("delegate_task", **second)
    async with calling(office, HERS) as call:
        assert (await call("delegate_task", **second))["isNew"]
    off = desk(database, home)
    async with database.begin() as uow:
        now = off.clock.now()
        await uow.settings.put("T1", "channel", "C1", name="enabled", value=False, by="U1", now=now)
    async with calling(with_people(off, KnownPeople()), agent(is_operator=True, user_id="U1")) as c:
        with pytest.raises(Told, match="I am switched off in that channel"):
            await c("delegate_task", **(WISH | {"idempotencyKey": "k3"}))


async def test_the_result_is_read_from_the_task(office: Desk) -> None:
    office.model.always(PlanRequest, plan(item("a1"), item("a2")))
    async with calling(office, HERS) as call:
        await call("delegate_task", **WISH)
        early = await call("get_task", id="T-1")
        assert (early["state"], early["recommendation"], early["pieces"]) == ("accepted", None, [])
        (task,) = await stored(office)
        assert await planning.plan_task(office.ctx, task.id) == "work"
        for key in ("a1", "a2"):
            await working.work_assignment(office.ctx, task.id, key)
        await synthesise(office.ctx, task.id)
        told = await call("get_task", id="t-1")
        assert (told["state"], told["decisions"]) == ("done", ["D-1"])
        assert told["recommendation"]["headline"] == "Do it"
        assert [one["headline"] for one in told["pieces"]] == ["a1()", "a2()"]
        assert told["costDollars"] == pytest.approx(0.004)
        listed = await call("list_tasks", state="ended")
        assert [one["id"] for one in listed["tasks"]] == ["T-1"]
        assert (await call("list_tasks", state="open"))["tasks"] == []


async def test_a_list_of_tasks_goes_on_where_it_ended(office: Desk) -> None:
    async with calling(office, HERS) as call:
        for number in range(5):
            await call("delegate_task", **(WISH | {"idempotencyKey": f"k{number}"}))
        first = await call("list_tasks", limit=2)
        second = await call("list_tasks", limit=2, cursor=first["nextCursor"])
        last = await call("list_tasks", limit=2, cursor=second["nextCursor"])
    ids = [[one["id"] for one in part["tasks"]] for part in (first, second, last)]
    assert ids == [["T-5", "T-4"], ["T-3", "T-2"], ["T-1"]]
    assert last["nextCursor"] is None
