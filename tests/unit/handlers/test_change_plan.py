"""The modal "Change the plan": nothing is stopped for words that cannot be a task."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import AsyncMock

import pytest

from bot.domain.task import TaskState
from bot.slack.payloads import TaskAction
from handlers.actions import TaskActions
from handlers.desk import Desk
from handlers.interaction import Submission
from storage.uow import Database
from tests.support.desk import desk


@pytest.mark.parametrize(
    ("text", "team", "refused"),
    [(":tada:", "T1", True), ("drop Kubernetes", "T2", True), ("drop Kubernetes", "T1", False)],
    ids=["no words", "another workspace", "words"],
)
async def test_what_is_refused_stops_nothing(
    database: Database, tmp_path: Path, text: str, team: str, refused: bool
) -> None:
    office = desk(database, tmp_path)
    task = await office.take_in()
    ack, starter, client = AsyncMock(), AsyncMock(), AsyncMock()
    client.users_info.return_value = {"user": {"id": "U2", "team_id": team}}
    view: dict[str, Any] = {
        "id": "V1",
        "hash": "1",
        "private_metadata": TaskAction(task_id=task.id).value(),
        "state": {"values": {"change": {"text": {"value": text}}}},
    }
    context = cast(Any, SimpleNamespace(user_id="U2", team_id=team))
    sent = Submission(ack, {}, context, client, view)

    await TaskActions(Desk(office.ctx, starter)).changed(sent)

    kept = await office.task(task.id)
    assert ack.await_count == 1
    assert ("errors" in ack.await_args_list[0].kwargs) is refused
    assert (kept.state, kept.round) == (
        (TaskState.ACCEPTED, 1) if refused else (TaskState.PLANNING, 2)
    )
    assert starter.start_task.await_count == (0 if refused else 1)
