"""The debt register across channels: what a private one says stays there, whoever may act."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.clock import ManualClock
from bot.errors import NotAllowed, UserFacingError
from bot.services import debts
from bot.services.context import Context
from bot.services.debts import Owed
from bot.services.service_graph import Place
from handlers.commands.debt import run_debt
from handlers.commands.table import Call
from storage.uow import Database
from tests.support.desk import MORNING, desk
from tests.support.hands import hands
from tests.support.reviewing import HERE, offline_context
from tests.support.slack_client import client
from tests.unit.handlers.test_sprint_command import Slack

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PRIVATE = Place("T1", "G1", "U1", is_private=True)


@pytest.fixture
def ctx(database: Database, tmp_path: Path) -> Context:
    return offline_context(database, tmp_path, ManualClock(MORNING))


async def test_a_private_channel_s_plan_is_not_written_on_everybody_s_debt(ctx: Context) -> None:
    await debts.add(ctx, HERE, Owed("No retries", "orders"), receipt="d1")
    await debts.add(ctx, PRIVATE, Owed("Secret debt", "orders"), receipt="d2")
    secret = Owed("", plan="As said in private: buy Acme")
    with pytest.raises(UserFacingError, match="TD-1 is everybody's"):
        async with ctx.database.begin() as uow:
            await debts.plan(ctx, uow, PRIVATE, 1, secret)
    async with ctx.database.begin() as uow:
        await debts.plan(ctx, uow, PRIVATE, 2, secret)
    async with ctx.database.read() as uow:
        (row,) = await uow.debts.open("T1", seen_from="C1")
        assert row.plan == ""
        assert [r.plan for r in await uow.debts.open("T1", seen_from="G1")] == ["", secret.plan]


async def test_a_private_channel_writes_one_debt_of_a_title(ctx: Context) -> None:
    """Beside everybody's of the same title it has its own, which is changed from then on."""
    await debts.add(ctx, HERE, Owed("No retries", "orders"), receipt="d1")
    made = [
        await debts.add(ctx, PRIVATE, Owed("no retries", "orders", plan=p), receipt=p)
        for p in ("a", "b")
    ]
    assert [row.public_id if row else "" for row in made] == ["TD-2", "TD-2"]


async def test_a_debt_is_ended_by_who_may_ask_where_it_is(
    database: Database, tmp_path: Path
) -> None:
    at = desk(database, tmp_path)
    await debts.add(at.ctx, HERE, Owed("No retries", "orders"), receipt="d1")
    async with at.ctx.database.begin() as uow:
        await uow.channels.ensure("T1", "C2", now=at.clock.now(), is_private=False)

    class Asked(Call):
        async def require(self, act: Any, *, channel_id: str) -> None:
            if channel_id == "C1":
                raise NotAllowed("not here")

    call = Asked(
        desk=hands(at.ctx),
        workspace_id="T1",
        channel_id="C2",
        user_id="U9",
        words="done TD-1",
        client=client(Slack()),
        receipt="command:1",
    )
    with pytest.raises(NotAllowed):
        await run_debt(call)
    await run_debt(replace(call, words="TD-1"))
    async with at.ctx.database.read() as uow:
        assert len(await uow.debts.open("T1", seen_from="C1")) == 1
