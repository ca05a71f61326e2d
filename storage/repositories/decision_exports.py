"""Which workspaces have decisions to commit to the repository of records, and how that went."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, select, update

from storage.models import DecisionExport
from storage.repositories.base import Repository, app_is_there, insert_into


class DecisionExportRepository(Repository):
    """One row a workspace: wanted in the transaction of a decision, done by a tick."""

    async def want(self, workspace_id: str, *, now: datetime) -> None:
        """Say that the files are behind."""
        statement = insert_into(DecisionExport, self.dialect).values(
            workspace_id=workspace_id, wanted_at=now, next_try_at=now, tries=0, problem=""
        )
        fresh = {"wanted_at": now, "next_try_at": now}
        await self.session.execute(
            statement.on_conflict_do_update(index_elements=["workspace_id"], set_=fresh)
        )

    async def due(self, *, now: datetime) -> Sequence[str]:
        """Return the workspaces whose decisions are to be committed now."""
        query = (
            select(DecisionExport.workspace_id)
            .where(DecisionExport.next_try_at <= now, app_is_there(DecisionExport.workspace_id))
            .order_by(DecisionExport.next_try_at)
        )
        return (await self.session.scalars(query)).all()

    async def claim(
        self, workspace_id: str, *, now: datetime, until: datetime
    ) -> DecisionExport | None:
        """Keep other processes from it until a moment; None when one was faster."""
        result = await self.session.execute(
            update(DecisionExport)
            .where(DecisionExport.workspace_id == workspace_id, DecisionExport.next_try_at <= now)
            .values(next_try_at=until, tries=DecisionExport.tries + 1)
            .returning(DecisionExport.workspace_id)
            .execution_options(synchronize_session=False)
        )
        if result.first() is None:
            return None
        query = (
            select(DecisionExport)
            .where(DecisionExport.workspace_id == workspace_id)
            .execution_options(populate_existing=True)
        )
        return (await self.session.scalars(query)).one()

    async def done(self, workspace_id: str, *, wanted_at: datetime, problem: str) -> None:
        """Note that what was wanted up to a moment is committed; what came later stays due."""
        later = DecisionExport.wanted_at > wanted_at
        await self.session.execute(
            update(DecisionExport)
            .where(DecisionExport.workspace_id == workspace_id)
            .values(
                done_at=wanted_at,
                tries=0,
                problem=problem,
                next_try_at=case((later, DecisionExport.wanted_at), else_=None),
            )
            .execution_options(synchronize_session=False)
        )

    async def failed(self, workspace_id: str, *, again_at: datetime, problem: str) -> None:
        """Note why it failed and when it is tried again."""
        await self.session.execute(
            update(DecisionExport)
            .where(DecisionExport.workspace_id == workspace_id)
            .values(next_try_at=again_at, problem=problem)
            .execution_options(synchronize_session=False)
        )

    async def problem(self, workspace_id: str) -> str:
        """Return what is wrong with the files at present; empty for nothing."""
        query = select(DecisionExport.problem).where(DecisionExport.workspace_id == workspace_id)
        return (await self.session.scalars(query)).one_or_none() or ""
