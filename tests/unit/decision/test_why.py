"""The story of a task and of a decision, out of our own rows."""

from typing import Any

from bot.domain.decision import LinkKind
from bot.domain.task import TaskState
from bot.services.decision_links import declare
from bot.services.why import decision_acts, task_why
from storage.models import SettingRow
from tests.storage.rows import add_call, add_plan
from tests.support.desk import MORNING, Desk
from tests.support.forgetting import forget_person
from tests.unit.decision.acts import CHANGES, DEPRECATED, YES, accepted, recorded, say
from tests.unit.slack.validator import words


async def test_a_task_tells_what_ran_what_it_used_and_where_settings_come_from(
    office: Desk,
) -> None:
    task = await office.take_in("an API for invoices")
    async with office.ctx.database.begin() as uow:
        row = await uow.tasks.get(task.id)
        await add_plan(uow, row, "database-architect")
        paid = {"tokens_in": 1_000, "tokens_out": 200, "cost_micros": 30_000, "model": "claude"}
        await add_call(uow, row, "r1:work:a1", "done", **paid)
        await add_call(uow, row, "r1:synthesis", "lost", model="claude")
        uow.session.add(
            SettingRow(
                workspace_id="T1",
                scope="channel",
                scope_id="C1",
                name="task_budget",
                value=1.5,
                set_by="U9",
                set_at=MORNING,
            )
        )
        stop: dict[str, Any] = {"action": "task.stop", "noun": "task", "noun_id": task.id}
        await uow.audit.add("T1", "U2", at=MORNING, **stop)
    async with office.ctx.database.read() as uow:
        told = words((await task_why(office.ctx, uow, await uow.tasks.get(task.id))).blocks)
    assert "• database-architect · Database architect · 1,200 tokens · $0.03" in told
    assert "• Recommendation · Lead · lost" in told
    assert "`task_budget` $1.50 (set for this channel)" in told
    assert "`day_budget` $25.00 (default)" in told
    assert "<@U2> stop" in told


async def test_each_round_s_work_is_named_by_who_did_it(office: Desk) -> None:
    """A key comes again in the next round; thanks are a round without any plan."""
    task = await office.take_in("an API for invoices")
    async with office.ctx.database.begin() as uow:
        row = await uow.tasks.get(task.id)
        for number, specialist in ((1, "database-architect"), (2, "api-architect")):
            await add_plan(uow, row, specialist, round=number)
            await add_call(uow, row, f"r{number}:work:a1", "done", model="offline")
        await add_call(uow, row, "r2:work:a1:t1", "done", model="offline")
        row.round, row.state, row.ended_at = 3, TaskState.DONE, MORNING
    async with office.ctx.database.read() as uow:
        told = words((await task_why(office.ctx, uow, await uow.tasks.get(task.id))).blocks)
    assert told.count("• database-architect · Database architect · ") == 1
    assert told.count("• api-architect · API architect · ") == 2
    assert "Work · Lead" not in told


async def test_a_decision_tells_who_did_what(office: Desk) -> None:
    await accepted(office, "old")
    decision = await recorded(office, "new", terms={"quorum": 2})
    await say(office, decision, CHANGES, "U3", reason="Name the owner.")
    async with office.ctx.database.begin() as uow:
        row = await uow.decisions.get(decision.id, lock=True)
        row.state, row.decided_at = row.state.PROPOSED, None
    await say(office, decision, YES, "U2")
    await say(office, decision, YES, "U3")
    await declare(office.ctx, decision.id, LinkKind.SUPERSEDES, 1, by="U4")
    await say(office, decision, DEPRECATED, "U5", reason="We left.")
    async with office.ctx.database.read() as uow:
        told = [f"{act.who} {act.did}" for act in await decision_acts(uow, decision)]
        old = await uow.decisions.by_number("T1", 1, seen_from="C1")
        before = [f"{act.who} {act.did}" for act in await decision_acts(uow, old)]
    assert told == [
        "U1 recorded it",
        "U3 asked for changes",
        "U2 said yes",
        "U3 accepted it",
        "U4 linked it: supersedes D-1",
        "U5 said that it no longer holds",
    ]
    assert before[-1] == "U4 replaced it by D-2"


async def test_what_a_private_channel_put_instead_is_not_named_elsewhere(office: Desk) -> None:
    old = await accepted(office, "old")
    there = {"channel_id": "G1", "is_private": True, "terms": {"supersedes": (1,)}}
    await accepted(office, "new", **there)
    async with office.ctx.database.read() as uow:
        elsewhere = await decision_acts(uow, old, seen_from="C1")
        inside = await decision_acts(uow, old, seen_from="G1")
    assert elsewhere[-1].did == "replaced it by another decision"
    assert inside[-1].did == "replaced it by D-2"


async def test_a_story_names_nobody_who_was_forgotten(office: Desk) -> None:
    """The audit log keeps the id for those who may read it (ADR 11); the story is for all."""
    decision = await recorded(office, "new")
    await say(office, decision, YES, "U2")
    await forget_person(office.ctx, "T1", "U2")
    async with office.ctx.database.read() as uow:
        told = [f"{act.who} {act.did}" for act in await decision_acts(uow, decision)]
    assert told == ["U1 recorded it", " accepted it"]


async def test_days_are_told_as_everywhere(office: Desk) -> None:
    """The log keeps them as 2026-12-04; "until for good" is no English."""
    decision = await accepted(office, "k1")
    renewed: dict[str, Any] = {"action": "decision.renew", "noun": "decision"}
    async with office.ctx.database.begin() as uow:
        for until in ("2026-12-04", "for good"):
            more: dict[str, Any] = {"noun_id": decision.id, "details": {"until": until}}
            await uow.audit.add("T1", "U2", at=MORNING, **renewed, **more)
    async with office.ctx.database.read() as uow:
        told = [act.did for act in await decision_acts(uow, decision)]
    assert {"renewed it, until 4 Dec 2026", "renewed it, for good"} <= set(told)
