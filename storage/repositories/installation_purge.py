"""The SQL of a workspace's end: every row of every table that is the workspace's.

Which tables those are is read from the models, so that a new one cannot be forgotten: it has a
`workspace_id`, or points at a row that has one, or stands on the list of those without an owner.
"""

from contextlib import nullcontext
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, delete, select, tuple_

from bot.errors import Bug
from storage.models import Base, RateBucket, Workspace
from storage.repositories.audit import AuditRepository
from storage.repositories.base import Repository, table_of

NOBODYS = frozenset({"audit_removal", "oauth_state", "worker"})
"""Tables whose rows belong to the processes, not to a workspace."""


def belongs(table: Table, workspace_id: str) -> ColumnElement[bool] | None:
    """Return which rows are a workspace's; None for a table of nobody's. Raises Bug when unclear.

    A rate bucket's key begins with the workspace's id (`bot.domain.lanes`).
    """
    if table.name in NOBODYS:
        return None
    if table is table_of(Workspace):
        return table.c.id == workspace_id
    if table is table_of(RateBucket):
        return table.c.key.startswith(f"{workspace_id} ", autoescape=True)
    if "workspace_id" in table.c:
        return table.c.workspace_id == workspace_id
    for key in table.foreign_keys:
        owned = belongs(key.column.table, workspace_id)
        if owned is not None:
            return key.parent.in_(select(key.column).where(owned))
    raise Bug(f"nobody knows which workspace the rows of {table.name} belong to")


def tables() -> tuple[list[Table], list[Table]]:
    """Return the tables that nothing points at, which can go piece by piece, and the others.

    Both in an order in which nothing points at what is gone.
    """
    ordered = [
        table for table in reversed(Base.metadata.sorted_tables) if table.name not in NOBODYS
    ]
    pointed_at = {key.column.table for table in ordered for key in table.foreign_keys}
    free = [table for table in ordered if table not in pointed_at]
    return free, [table for table in ordered if table in pointed_at]


class InstallationPurgeRepository(Repository):
    """Deletes; whether it may is asked before, in the same transaction."""

    async def delete(
        self, table: Table, workspace_id: str, *, now: datetime, most: int | None = None
    ) -> int:
        """Delete a workspace's rows of a table, at most so many; returns how many."""
        chosen = belongs(table, workspace_id)
        if chosen is None:
            raise Bug(f"{table.name} has no workspace")
        if most is not None:
            keys = list(table.primary_key)
            chosen = tuple_(*keys).in_(select(*keys).where(chosen).limit(most))
        # Triggers keep the audit log from everybody who does not open this door.
        door = (
            AuditRepository(self.session).removal(now + timedelta(days=1))
            if table.name == "audit"
            else nullcontext()
        )
        async with door:
            result = await self.session.execute(delete(table).where(chosen))
        return int(getattr(result, "rowcount", 0))
