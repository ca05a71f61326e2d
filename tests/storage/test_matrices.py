"""The questions about matrices: numbers, private channels, scores put in place of earlier ones."""

from typing import Any

import pytest

from bot.errors import NotFound
from storage.models import Matrix, MatrixOption
from storage.uow import Database, UnitOfWork
from tests.storage.rows import NOW, WORKSPACE


async def add_matrix(
    uow: UnitOfWork, *, channel: str = "C1", private: bool = False, workspace: str = WORKSPACE
) -> Matrix:
    """Store a matrix of two options in a thread of its own."""
    await uow.channels.ensure(workspace, channel, now=NOW, is_private=private)
    number = await uow.numbers.next(Matrix, workspace)
    thread = await uow.threads.ensure(workspace, channel, f"{number}.1", now=NOW)
    matrix = Matrix(
        id=f"matrix-{workspace}-{number}",
        workspace_id=workspace,
        channel_id=channel,
        thread_id=thread.id,
        number=number,
        question="Which?",
        criteria=[{"name": "cost", "weight": 100}],
        owner_id="U1",
        created_at=NOW,
        updated_at=NOW,
    )
    options = [
        MatrixOption(workspace_id=workspace, matrix_id=matrix.id, position=at, title=title)
        for at, title in ((1, "Y"), (0, "X"))
    ]
    return await uow.matrices.add(matrix, options)


async def test_numbers_count_per_workspace(database: Database) -> None:
    async with database.begin() as uow:
        found = [await add_matrix(uow, workspace=at) for at in ("T1", "T2", "T1")]
    assert [(row.workspace_id, row.public_id) for row in found] == [
        ("T1", "M-1"),
        ("T2", "M-1"),
        ("T1", "M-2"),
    ]


async def test_private_channels_and_other_workspaces_find_nothing(database: Database) -> None:
    async with database.begin() as uow:
        public = await add_matrix(uow)
        secret = await add_matrix(uow, channel="G1", private=True)
        find = uow.matrices.by_number
        assert (await find(WORKSPACE, secret.number, seen_from="G1")).id == secret.id
        for number, workspace in ((secret.number, WORKSPACE), (public.number, "T2")):
            with pytest.raises(NotFound):
                await find(workspace, number, seen_from="C1")
        seen = await uow.matrices.newest(WORKSPACE, seen_from="C1", limit=9)
        assert [row.id for row in seen] == [public.id]
        with pytest.raises(NotFound):
            await uow.matrices.get("T2", public.id)
        assert await uow.matrices.of_thread(public.thread_id) is public


async def test_a_later_score_stands_for_the_earlier(database: Database) -> None:
    async with database.begin() as uow:
        matrix = await add_matrix(uow)
        options = await uow.matrices.options(matrix.id)
        assert [option.title for option in options] == ["X", "Y"]

        def score(value: int | None, scorer: str) -> dict[str, Any]:
            return {
                "option_id": options[0].id,
                "criterion": "cost",
                "scorer": scorer,
                "workspace_id": WORKSPACE,
                "kind": "person",
                "score": value,
                "reason": "",
                "basis": "",
                "scored_at": NOW,
            }

        await uow.matrices.put(matrix.id, [score(2, "U1"), score(5, "U2")])
        await uow.matrices.put(matrix.id, [score(None, "U1")])
        found = await uow.matrices.scores(matrix.id)
        assert {(row.scorer, row.score) for row in found} == {("U1", None), ("U2", 5)}
        (mine,) = await uow.matrices.scores(matrix.id, scorer="U2")
        assert mine.score == 5
