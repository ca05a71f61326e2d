"""The buttons of `/lead forget`: stored before they are answered, pressed twice they say so."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import AsyncMock

import pytest
from sqlalchemy import select

from handlers.desk import Desk
from handlers.forget import Forget
from handlers.interaction import Click
from storage.models import Forgetting
from storage.uow import Database
from tests.support.desk import desk
from tests.support.slack_client import refusal

CONTEXT = cast(Any, SimpleNamespace(user_id="U1", team_id="T1", channel_id="C1"))


def slack() -> AsyncMock:
    client = AsyncMock()
    client.conversations_open.return_value = {"channel": {"id": "D1"}}
    return client


async def wishes(database: Database) -> list[Forgetting]:
    async with database.read() as uow:
        return list((await uow.session.scalars(select(Forgetting))).all())


def click(ack: Any, client: AsyncMock) -> Click:
    return Click(ack, {}, CONTEXT, client, {})


def said(client: AsyncMock) -> list[str]:
    return [call.kwargs["text"] for call in client.chat_postEphemeral.await_args_list]


async def test_a_click_is_a_row_before_it_is_acknowledged(
    database: Database, tmp_path: Path
) -> None:
    office, client = desk(database, tmp_path), slack()
    await office.take_in("an API for invoices", user_id="U1")
    rows: list[Forgetting] = []

    async def ack() -> None:
        rows.extend(await wishes(database))

    await Forget(Desk(office.ctx, AsyncMock())).person(click(cast(Any, ack), client))
    (row,) = rows
    assert (row.workspace_id, row.subject, row.subject_id) == ("T1", "person", "U1")
    assert (row.asked_by, row.told_in, row.direct_id) == ("", "C1", "D1")
    async with database.read() as uow:
        (task,) = await uow.tasks.open_in("T1")
    assert task.text == "an API for invoices", "nothing is removed in the click"
    (told,) = said(client)
    assert told.startswith("I am forgetting you now and say when it is done.")


async def test_pressed_again_it_says_since_when(database: Database, tmp_path: Path) -> None:
    office, client = desk(database, tmp_path), slack()
    hands = Forget(Desk(office.ctx, AsyncMock()))
    for _ in range(2):
        await hands.channel(click(AsyncMock(), client))
    (row,) = await wishes(database)
    assert (row.subject, row.subject_id, row.asked_by) == ("channel", "C1", "U1")
    assert "I am forgetting <#C1> already, since <!date^" in said(client)[1]


REFUSED = refusal("missing_scope")


@pytest.mark.parametrize("silence", [TimeoutError(), REFUSED], ids=["nothing", "no"])
async def test_a_silent_slack_loses_no_click(
    database: Database, tmp_path: Path, silence: Exception
) -> None:
    office, client, ack = desk(database, tmp_path), slack(), AsyncMock()
    client.conversations_open.side_effect = client.chat_postEphemeral.side_effect = silence
    await Forget(Desk(office.ctx, AsyncMock())).person(click(ack, client))
    (row,) = await wishes(database)
    assert (row.direct_id, row.told_in) == ("", "C1")
    assert ack.await_count == 1
