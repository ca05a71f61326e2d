"""What comes at an awkward moment: a stop just before the resumption, a message told late."""

from pathlib import Path

import pytest

from bot.domain.task import TaskState
from bot.errors import ModelUnavailable
from bot.model.port import SynthesisRequest
from bot.services import planning, synthesis, tasks, working
from bot.workflows.errors import settle
from storage.uow import Database
from tests.support.desk import Desk, desk, wish
from tests.support.replacing import replace_method


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Desk:
    return desk(database, tmp_path)


async def test_a_stop_between_the_list_and_the_resumption_counts(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = await office.take_in()
    away = ModelUnavailable("It is away.")
    await settle(office.ctx, task.id, away, run=task.workflow_id)
    paused = await office.task(task.id)
    assert paused.resume_at is not None
    office.clock.advance(paused.resume_at - office.clock.now())
    real = type(office.ctx.database).begin

    async def stopped_meanwhile() -> None:
        monkeypatch.undo()
        await tasks.stop(office.ctx, task.id, by="U1")

    class Meanwhile:
        def __init__(self, *given: object, **options: object) -> None:
            self._given, self._options = given, options

        async def __aenter__(self) -> object:
            await stopped_meanwhile()
            self._real = real(*self._given, **self._options)  # type: ignore[arg-type]  # as they were given
            return await self._real.__aenter__()

        async def __aexit__(self, *error: object) -> object:
            return await self._real.__aexit__(*error)  # type: ignore[arg-type]  # as they were given

    monkeypatch.setattr(
        type(office.ctx.database), "begin", lambda self, **options: Meanwhile(self, **options)
    )
    assert await tasks.resume_due(office.ctx) == []
    assert (await office.task(task.id)).state is TaskState.STOPPED


async def test_an_older_message_that_is_told_late_opens_a_round(office: Desk) -> None:
    """Slack told of it after a newer one had been read already."""
    task = await office.take_in()
    await planning.plan_task(office.ctx, task.id)
    await office.take_in("newer", ts="1700000009.0", root_ts=wish().root_ts)
    for key in ("a1", "a2", "a3", "a4"):
        await working.work_assignment(office.ctx, task.id, key)
    assert (await office.task(task.id)).read_ts == "1700000009.0"
    real = office.model.call

    async def meanwhile(request: SynthesisRequest) -> object:
        if isinstance(request, SynthesisRequest):
            await office.take_in("older", ts="1700000005.0", root_ts=wish().root_ts)
        return await real(request)

    replace_method(office.model, "call", meanwhile)
    assert await synthesis.synthesise(office.ctx, task.id) is True
    assert (await office.task(task.id)).round == 2
