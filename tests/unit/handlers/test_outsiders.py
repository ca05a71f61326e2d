"""People of other companies in a task's thread: they may ask, and end only what they asked for."""

from typing import Any

import pytest
from sqlalchemy import update

from bot.domain.task import TaskState
from storage.models import Task
from tests.support.desk import Desk
from tests.unit.handlers.test_sprint_command import OUTSIDER
from tests.unit.handlers.test_task_words import at, in_state, messages_in, say

__all__ = ["at"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize("word", ["stop", "no"])
async def test_an_outsider_ends_nobody_elses_work(at: Desk, word: str) -> None:
    """`external` lets them ask; what they asked for they may stop."""
    state = TaskState.WORKING if word == "stop" else TaskState.AWAITING_APPROVAL
    task_id = await in_state(at, state)
    async with at.ctx.database.begin() as uow:
        chosen: dict[str, Any] = {"name": "external", "value": True, "by": "U1"}
        await uow.settings.put("T1", "workspace", "", **chosen, now=at.clock.now())
    told = await say(at, word, user=OUTSIDER)
    assert told == (
        "People of other companies cannot approve plans here. Somebody of the team can ask for you,"
        " or an admin can allow it. 0 begun"
    )
    assert ((await at.task(task_id)).state, await messages_in(at, task_id)) == (
        state,
        ["an API for invoices"],
    )
    async with at.ctx.database.begin() as uow:
        await uow.session.execute(update(Task).values(requester_id=OUTSIDER))
    assert "T-1 is stopped" in await say(at, word, user=OUTSIDER, ts="1700000010.000100")
