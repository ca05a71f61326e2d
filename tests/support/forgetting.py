"""Forgets at once, as the operator's command does, and reads how a wish stands."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.services import forget, forgetting
from bot.services.context import Context
from bot.services.forget_run import Counts
from bot.services.forgetting import Wanted
from storage.models import Forgetting, OutboxRow
from storage.repositories.forget import tables
from tests.support.desk import Desk

FEW = frozenset(
    {
        *("workspace", "channel", "thread", "task", "message", "outbox", "feedback", "plan"),
        *("decision", "decision_vote"),
    }
)


def walk_through_few(monkeypatch: pytest.MonkeyPatch, *more: str) -> None:
    """Walk through few tables and `more`, as each of a hundred costs several transactions.

    That none is left out, `test_forget.py` looks at.
    """
    few = [table for table in tables() if table.name in FEW.union(more)]
    assert len(few) == len(FEW.union(more)), "a name of none"
    monkeypatch.setattr(forget, "tables", lambda: few)


async def forget_person(ctx: Context, workspace_id: str, user_id: str) -> Counts:
    """Forget a person by their own wish, of which nobody is told; returns rows by table."""
    return await forgetting.finish(ctx, Wanted(workspace_id, "person", user_id))


async def forget_channel(ctx: Context, workspace_id: str, channel_id: str, *, by: str) -> Counts:
    """Forget a channel; returns rows by table."""
    wanted = Wanted(workspace_id, "channel", channel_id, asked_by=by)
    return await forgetting.finish(ctx, wanted)


async def wishes(office: Desk) -> list[Forgetting]:
    async with office.ctx.database.read() as uow:
        return list((await uow.session.scalars(select(Forgetting))).all())


async def posts(office: Desk) -> list[OutboxRow]:
    async with office.ctx.database.read() as uow:
        return list((await uow.session.scalars(select(OutboxRow))).all())


async def told(office: Desk) -> dict[str, Any]:
    """Return the post that tells; that there is one only is part of what is asked."""
    (post,) = [post for post in await posts(office) if post.key.endswith(":told")]
    return {"to": post.channel_id, "by": post.method, **post.payload}


async def sent(office: Desk) -> None:
    """Let every post arrive."""
    async with office.ctx.database.begin() as uow:
        for post in await uow.session.scalars(select(OutboxRow)):
            post.state, post.sent_at = "sent", office.ctx.clock.now()
