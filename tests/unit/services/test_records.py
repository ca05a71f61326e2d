"""What our tables say on a question, within what the asker may see."""

from typing import Any

import pytest

from bot.domain.decision import DecisionState
from bot.domain.task import TaskState
from bot.services import records
from storage.models import Task
from tests.storage.rows import add_call, add_decision, add_task
from tests.support.desk import Desk


async def _asks(office: Desk, text: str, *, channel: str = "C1", private: bool = False) -> str:
    async with office.ctx.database.begin() as uow:
        asking = await add_task(uow, channel=channel, private=private)
    return await records.about(office.ctx, asking, text)


async def _task(office: Desk, *, channel: str = "C1", private: bool = False, **more: Any) -> Task:
    async with office.ctx.database.begin() as uow:
        return await add_task(uow, channel=channel, private=private, **more)


async def test_a_task_by_number_with_its_money(office: Desk) -> None:
    task = await _task(office, title="Invoices", state=TaskState.DONE)
    async with office.ctx.database.begin() as uow:
        for step, cost in (("plan", 250_000), ("work", 130_000)):
            await add_call(
                uow, task, step, "done", tokens_in=1_000, tokens_out=200, cost_micros=cost
            )
        await add_call(uow, task, "lost", "lost", tokens_in=9_999, reserved_micros=9_999)
    said = await _asks(office, "what did t-1 cost?")
    assert said == "T-1 Invoices: done; 2 calls, 2,400 tokens, $0.38."


async def test_the_offline_playbook_uses_no_tokens_to_count(office: Desk) -> None:
    task = await _task(office, title="Invoices", state=TaskState.DONE)
    async with office.ctx.database.begin() as uow:
        await add_call(uow, task, "plan", "done", model="offline")
    assert await _asks(office, "how is t-1?") == "T-1 Invoices: done; 1 call, no model."


async def test_an_unknown_price_is_not_made_up(office: Desk) -> None:
    task = await _task(office, title="Invoices")
    async with office.ctx.database.begin() as uow:
        await add_call(uow, task, "plan", "done", cost_micros=None)
    assert "price unknown" in await _asks(office, "T-1?")


async def test_a_decision_by_number_and_by_words(office: Desk) -> None:
    task = await _task(office)
    async with office.ctx.database.begin() as uow:
        await add_decision(
            uow,
            task,
            title="PostgreSQL for invoices",
            body={"outcome": "One database."},
            state=DecisionState.ACCEPTED,
            decided_by="U5",
        )
    line = "D-1 PostgreSQL for invoices: accepted by <@U5>. One database."
    assert await _asks(office, "what about D-1?") == line
    assert await _asks(office, "why did we take postgresql?") == line
    assert await _asks(office, "why did we take redis?") == ""


@pytest.mark.parametrize("text", ["T-1 and D-1?", "what about postgresql in private?"])
async def test_private_content_is_not_shown_elsewhere(office: Desk, text: str) -> None:
    secret = await _task(office, channel="G1", private=True, title="Layoffs")
    async with office.ctx.database.begin() as uow:
        await add_decision(uow, secret, title="PostgreSQL, private", body={"outcome": "secret"})
    elsewhere = await _asks(office, text)
    assert "Layoffs" not in elsewhere
    assert "secret" not in elsewhere
    at_home = await _asks(office, text, channel="G1", private=True)
    assert "secret" in at_home


async def test_what_is_not_there_is_said(office: Desk) -> None:
    said = await _asks(office, "T-77 and D-8")
    assert said.splitlines() == [
        "Nothing is recorded here on T-77.",
        "Nothing is recorded here on D-8.",
    ]


async def test_tasks_of_other_channels_are_not_told(office: Desk) -> None:
    await _task(office, channel="C2", title="Elsewhere")
    assert await _asks(office, "T-1") == "Nothing is recorded here on T-1."
