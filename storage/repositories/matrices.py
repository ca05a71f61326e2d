"""Matrices by number, with their options and scores."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from storage.models import Matrix, MatrixOption, MatrixScore
from storage.repositories.base import Repository, insert_into, visible


class MatrixRepository(Repository):
    """Every question about matrices."""

    async def add(self, matrix: Matrix, options: Sequence[MatrixOption]) -> Matrix:
        """Store a new matrix with its options."""
        self.session.add(matrix)
        await self.session.flush()
        self.session.add_all(options)
        await self.session.flush()
        return matrix

    async def get(self, workspace_id: str, matrix_id: str, *, lock: bool = False) -> Matrix:
        """Return a matrix of this workspace; raises NotFound."""
        query = select(Matrix).where(Matrix.workspace_id == workspace_id, Matrix.id == matrix_id)
        return await self.the(query, "matrix", matrix_id, lock=lock)

    async def by_number(self, workspace_id: str, number: int, *, seen_from: str) -> Matrix:
        """Return the matrix that people call M-<number>; raises NotFound.

        A matrix of a private channel is found only from that channel.
        """
        query = select(Matrix).where(
            Matrix.workspace_id == workspace_id,
            Matrix.number == number,
            visible(Matrix.workspace_id, Matrix.channel_id, seen_from),
        )
        return await self.the(query, "matrix", f"M-{number}", hint="`/lead matrices` lists them.")

    async def newest(self, workspace_id: str, *, seen_from: str, limit: int) -> Sequence[Matrix]:
        """Return the newest matrices that may be seen from a channel, newest first."""
        query = (
            select(Matrix)
            .where(
                Matrix.workspace_id == workspace_id,
                visible(Matrix.workspace_id, Matrix.channel_id, seen_from),
            )
            .order_by(Matrix.number.desc())
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def of_thread(self, thread_id: str) -> Matrix | None:
        """Return the matrix whose card starts a thread."""
        query = select(Matrix).where(Matrix.thread_id == thread_id)
        return (await self.session.scalars(query)).one_or_none()

    async def options(self, matrix_id: str) -> Sequence[MatrixOption]:
        """Return the options in the order they were given."""
        query = (
            select(MatrixOption)
            .where(MatrixOption.matrix_id == matrix_id)
            .order_by(MatrixOption.position)
        )
        return (await self.session.scalars(query)).all()

    async def scores(self, matrix_id: str, *, scorer: str | None = None) -> Sequence[MatrixScore]:
        """Return all scores, or one scorer's, oldest first."""
        query = select(MatrixScore).where(MatrixScore.matrix_id == matrix_id)
        if scorer is not None:
            query = query.where(MatrixScore.scorer == scorer)
        order = (MatrixScore.scored_at, MatrixScore.scorer, MatrixScore.criterion)
        query = query.order_by(*order).execution_options(populate_existing=True)
        return (await self.session.scalars(query)).all()

    async def put(self, matrix_id: str, scores: Iterable[dict[str, Any]]) -> None:
        """Store scores, each in place of the scorer's earlier one of the same cell."""
        keys = ("option_id", "criterion", "scorer")
        for score in scores:
            values = {"matrix_id": matrix_id, **score}
            fresh = {name: value for name, value in values.items() if name not in keys}
            statement = insert_into(MatrixScore, self.dialect).values(**values)
            await self.session.execute(
                statement.on_conflict_do_update(index_elements=list(keys), set_=fresh)
            )
