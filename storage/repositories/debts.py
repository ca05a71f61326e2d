"""The debt register by number and by state."""

from collections.abc import Sequence

from sqlalchemy import func, select

from storage.models import Debt
from storage.repositories.base import Repository, visible


class DebtRepository(Repository):
    """A private channel's debt is found only from that channel."""

    async def add(self, debt: Debt) -> Debt:
        """Store a new debt."""
        self.session.add(debt)
        await self.session.flush()
        return debt

    async def get(self, workspace_id: str, debt_id: str, *, lock: bool = False) -> Debt:
        """Return a workspace's debt; raises NotFound."""
        query = select(Debt).where(Debt.workspace_id == workspace_id, Debt.id == debt_id)
        return await self.the(query, "debt", debt_id, hint="`/lead debt` lists them.", lock=lock)

    async def by_number(
        self, workspace_id: str, number: int, *, seen_from: str, lock: bool = False
    ) -> Debt:
        """Return the debt that people call TD-<number>; raises NotFound."""
        query = select(Debt).where(
            Debt.workspace_id == workspace_id,
            Debt.number == number,
            visible(Debt.workspace_id, Debt.channel_id, seen_from),
        )
        return await self.the(
            query, "debt", f"TD-{number}", hint="`/lead debt` lists them.", lock=lock
        )

    async def open(self, workspace_id: str, *, seen_from: str, limit: int = 200) -> Sequence[Debt]:
        """Return what is open and may be seen from a channel: what is due first, then oldest."""
        query = (
            select(Debt)
            .where(
                Debt.workspace_id == workspace_id,
                Debt.state == "open",
                visible(Debt.workspace_id, Debt.channel_id, seen_from),
            )
            .order_by(Debt.due_on.is_(None), Debt.due_on, Debt.number)
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def ended(self, workspace_id: str, *, seen_from: str, limit: int) -> Sequence[Debt]:
        """Return what was paid off or dropped and may be seen from a channel, the latest first."""
        query = (
            select(Debt)
            .where(
                Debt.workspace_id == workspace_id,
                Debt.state != "open",
                visible(Debt.workspace_id, Debt.channel_id, seen_from),
            )
            .order_by(Debt.ended_at.desc(), Debt.number)
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def titled(
        self,
        workspace_id: str,
        title: str,
        service: str,
        *,
        seen_from: str,
        only_here: bool = False,
    ) -> Debt | None:
        """Return the open debt of that title on that service; `only_here`: one of the channel."""
        query = (
            select(Debt)
            .where(
                Debt.workspace_id == workspace_id,
                Debt.state == "open",
                func.lower(Debt.title) == title.lower(),
                func.lower(Debt.service) == service.lower(),
                Debt.channel_id == seen_from
                if only_here
                else visible(Debt.workspace_id, Debt.channel_id, seen_from),
            )
            .order_by(Debt.number)
            .limit(1)
        )
        return (await self.session.scalars(query)).one_or_none()
