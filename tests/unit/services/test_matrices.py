"""Matrices: who may score, what stays hidden, what a doubled or late act changes; specialists."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.matrix import Criterion
from bot.domain.matrix.opinion import CellOpinion, MatrixOpinion
from bot.domain.task import TaskState
from bot.errors import ModelUnavailable, NotAllowed, NotFound, UserFacingError
from bot.model.port import ScoreRequest
from bot.services import matrices, matrix_scoring, matrix_views, planning, wishes
from bot.services.matrices import Given, NewMatrix
from storage.models import Matrix, Task
from storage.uow import Database
from tests.support.desk import Desk, desk, wish

CRITERIA = (Criterion(name="speed", weight=70), Criterion(name="cost", weight=30))


@pytest.fixture
async def at(database: Database, tmp_path: Path) -> Desk:
    return desk(database, tmp_path)


def new(**more: Any) -> NewMatrix:
    values: dict[str, Any] = {
        "workspace_id": "T1",
        "channel_id": "C1",
        "owner_id": "U1",
        "question": "Which broker?",
        "options": ("Kafka", "NATS"),
        "criteria": CRITERIA,
        "invited": (),
        "specialists": (),
        "key": "view:1",
        "is_private": False,
    }
    return NewMatrix(**values | more)


async def opened(at: Desk, **more: Any) -> Matrix:
    made = await matrices.open_matrix(at.ctx, new(**more))
    assert made is not None
    return made


async def score(at: Desk, matrix: Matrix, by: str, *values: int, receipt: str = "") -> Matrix:
    """Score Kafka's speed and cost, then those of NATS; fewer leave the rest out."""
    async with at.ctx.database.read() as uow:
        options = await uow.matrices.options(matrix.id)
    cells = [(option.id, item.name) for option in options for item in CRITERIA]
    given = Given(dict(zip(cells, values, strict=False)), {options[0].id: f"why {by}"})
    return await matrices.give_scores(
        at.ctx, matrix, given, by=by, receipt=receipt or f"view:{by}:{values}"
    )


async def shown(at: Desk, matrix: Matrix) -> Any:
    async with at.ctx.database.read() as uow:
        fresh = await uow.matrices.get("T1", matrix.id)
        return await matrix_views.card_of(uow, fresh)


async def test_a_form_sent_twice_opens_one(at: Desk) -> None:
    matrix = await opened(at)
    assert await matrices.open_matrix(at.ctx, new()) is None
    assert matrix.public_id == "M-1"
    with pytest.raises(UserFacingError, match="Say what"):
        await matrices.open_matrix(at.ctx, new(question="  ", key="view:2"))


async def test_scores_are_hidden_and_can_be_changed_until_the_reveal(at: Desk) -> None:
    matrix = await opened(at)
    await score(at, matrix, "U2", 5, 5, 1, 1)
    await score(at, matrix, "U2", 1, 1, 5, 5)
    card = await shown(at, matrix)
    assert (card.scores, card.scorers) == ((), ("U2",))
    with pytest.raises(NotAllowed, match="Only <@U1>"):
        await matrices.reveal(at.ctx, matrix, by="U2", receipt="c1")
    await matrices.reveal(at.ctx, matrix, by="U1", receipt="c2")
    card = await shown(at, matrix)
    assert [s.value for s in card.scores if s.option == "NATS"] == [5, 5]
    with pytest.raises(UserFacingError, match="scores are closed"):
        await score(at, matrix, "U3", 1)
    with pytest.raises(UserFacingError, match="revealed already"):
        await matrices.reveal(at.ctx, matrix, by="U1", receipt="c3")


async def test_who_may_configure_reveals_in_the_owners_place_and_is_on_record(at: Desk) -> None:
    matrix = await opened(at)
    await score(at, matrix, "U2", 5, 5, 1, 1)
    await matrices.reveal(at.ctx, matrix, by="U9", receipt="c1", may_configure=True)
    assert (await shown(at, matrix)).revealed_by == "U9"
    async with at.ctx.database.read() as uow:
        acts = await uow.audit.of("T1", "matrix", matrix.id)
    (act,) = [act for act in acts if act.action == "matrix.reveal"]
    assert (act.actor_id, act.details) == ("U9", {"owner": "U1"})


async def test_the_last_who_was_invited_reveals_and_others_cannot_score(at: Desk) -> None:
    matrix = await opened(at, invited=("U2", "U3"))
    with pytest.raises(NotAllowed, match="not among"):
        await score(at, matrix, "U1", 1)
    with pytest.raises(UserFacingError, match="at least one"):
        await score(at, matrix, "U2")
    await score(at, matrix, "U2", 5, 5, 1, 1)
    assert (await shown(at, matrix)).revealed_at is None
    await score(at, matrix, "U3", 4, 4)
    card = await shown(at, matrix)
    assert (card.revealed_at, card.revealed_by) == (at.clock.now(), None)


async def test_the_outcome_is_proposed_once(at: Desk, database: Database) -> None:
    matrix = await opened(at, invited=("U2",))
    with pytest.raises(UserFacingError, match="no outcome yet"):
        await matrices.propose(at.ctx, matrix, by="U2", receipt="c0")
    await score(at, matrix, "U2", 5, 5, 1, 1)
    with pytest.raises(UserFacingError, match="not posted yet"):
        await matrices.propose(at.ctx, matrix, by="U2", receipt="c1")
    async with database.begin() as uow:
        thread = await uow.threads.get(matrix.thread_id)
        await uow.threads.settle_root("T1", "C1", thread.root_ts, ts="1700000009.000100")
    first = await matrices.propose(at.ctx, matrix, by="U2", receipt="c1")
    again = await matrices.propose(at.ctx, matrix, by="U2", receipt="c1")
    assert again.id == first.id
    with pytest.raises(UserFacingError, match="proposed already: D-1"):
        await matrices.propose(at.ctx, matrix, by="U3", receipt="c2")
    body = first.body
    assert body["outcome"] == "Kafka: 5 of 5 by the weighted criteria, the most."
    assert [option["title"] for option in body["options"]] == ["Kafka", "NATS"]


async def test_other_workspaces_find_nothing(at: Desk, database: Database) -> None:
    matrix = await opened(at)
    async with database.read() as uow:
        with pytest.raises(NotFound):
            await uow.matrices.get("T2", matrix.id)


def opinion(request: ScoreRequest) -> MatrixOpinion:
    """Score the first option's cells by one criterion only."""
    return MatrixOpinion(
        cells=(CellOpinion(option="Kafka", criterion="speed", score=4, reason="It is fast."),)
    )


async def asked(at: Desk, matrix: Matrix) -> Task:
    """Take in the task in which the specialists score."""
    async with at.ctx.database.read() as uow:
        thread = await uow.threads.get(matrix.thread_id)
    return await at.take_in(
        matrix.question, mode="matrix", root_ts=thread.root_ts, ts="1700000001.000100", key="s"
    )


def asked_of(at: Desk) -> list[str]:
    """Return who was asked, in order."""
    return [r.specialist for r in at.model.history if isinstance(r, ScoreRequest)]


async def test_each_specialist_is_asked_and_paid_once(at: Desk, database: Database) -> None:
    at.model.always(ScoreRequest, opinion)
    names = ("database-architect", "api-architect")
    matrix = await opened(at, specialists=names, invited=("U2",))
    task = await asked(at, matrix)
    for _ in range(2):
        assert await planning.plan_task(at.ctx, task.id) == "end"
    assert asked_of(at) == list(names)
    assert (await at.task(task.id)).state is TaskState.DONE
    async with database.read() as uow:
        rows = await uow.matrices.scores(matrix.id, scorer="api-architect")
        calls = [await uow.ledger.of_step(task.id, f"r1:score:{name}") for name in names]
    assert [len(attempts) for attempts in calls] == [1, 1]
    assert sorted((row.criterion, row.score) for row in rows if row.score) == [("speed", 4)]
    assert {row.reason for row in rows} == {"It is fast.", "no opinion"}
    await score(at, matrix, "U2", 5, 5, 1, 1)
    assert (await shown(at, matrix)).revealed_at is not None


async def test_what_comes_after_the_reveal_does_not_count(at: Desk) -> None:
    at.model.always(ScoreRequest, opinion)
    matrix = await opened(at, specialists=("api-architect",))
    task = await asked(at, matrix)
    await score(at, matrix, "U2", 5, 5, 1, 1)
    await matrices.reveal(at.ctx, matrix, by="U1", receipt="c1")
    await matrix_scoring.score_matrix(at.ctx, task.id)
    assert at.model.asked(ScoreRequest) == []
    assert (await shown(at, matrix)).scorers == ("U2",)
    assert (await at.task(task.id)).state is TaskState.DONE


async def test_a_call_that_fails_is_asked_again_and_the_others_are_not(at: Desk) -> None:
    at.model.always(ScoreRequest, opinion)
    at.model.enqueue(ScoreRequest, opinion, ModelUnavailable("away"))
    names = ("database-architect", "api-architect")
    matrix = await opened(at, specialists=names)
    task = await asked(at, matrix)
    with pytest.raises(ModelUnavailable):
        await planning.plan_task(at.ctx, task.id)
    assert (await shown(at, matrix)).scorers == ("database-architect",)
    await planning.plan_task(at.ctx, task.id)
    assert asked_of(at) == ["database-architect", "api-architect", "api-architect"]


async def test_what_is_said_later_in_the_thread_is_a_usual_wish(at: Desk) -> None:
    at.model.always(ScoreRequest, opinion)
    matrix = await opened(at, specialists=("api-architect",))
    task = await asked(at, matrix)
    await planning.plan_task(at.ctx, task.id)
    async with at.ctx.database.read() as uow:
        thread = await uow.threads.get(matrix.thread_id)
    later = wish("what does HTTP 409 mean?", ts="1700000002.000100", key="m2", mode="auto")
    await wishes.take_in(at.ctx, replace(later, root_ts=thread.root_ts))
    assert (await at.task(task.id)).round == 2
    await planning.plan_task(at.ctx, task.id)
    assert len(at.model.asked(ScoreRequest)) == 1
