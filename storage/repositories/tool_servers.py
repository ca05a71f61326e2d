"""Tool servers by workspace, by name, by when they must be looked at again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, exists, or_, select

from storage.models import CodeRepository, ToolServer
from storage.prepared import Prepared
from storage.repositories.base import Repository, app_is_there

_HAS_ANY = Prepared(
    select(
        or_(
            exists().where(ToolServer.workspace_id == bindparam("workspace_id")),
            exists().where(CodeRepository.workspace_id == bindparam("workspace_id")),
        )
    )
)


class ToolServerRepository(Repository):
    """A tool server belongs to one workspace; its name is its own there."""

    async def add(self, server: ToolServer) -> ToolServer:
        """Store a new server; who adds has looked whether its name is free."""
        self.session.add(server)
        await self.session.flush()
        return server

    async def get(self, workspace_id: str, server_id: str, *, lock: bool = False) -> ToolServer:
        """Return a server of this workspace; raises NotFound."""
        query = select(ToolServer).where(
            ToolServer.workspace_id == workspace_id, ToolServer.id == server_id
        )
        return await self.the(
            query, "tool server", server_id, hint="`/lead tools` lists them.", lock=lock
        )

    async def named(self, workspace_id: str, name: str, *, lock: bool = False) -> ToolServer | None:
        """Return the server of that name, if there is one."""
        query = select(ToolServer).where(
            ToolServer.workspace_id == workspace_id, ToolServer.name == name
        )
        return await self.perhaps(query, lock=lock)

    async def all(self, workspace_id: str) -> Sequence[ToolServer]:
        """Return all servers of a workspace by name."""
        query = select(ToolServer).where(ToolServer.workspace_id == workspace_id)
        return (await self.session.scalars(query.order_by(ToolServer.name))).all()

    async def remove(self, server: ToolServer) -> None:
        """Remove a server; the calls made to it stay on record by its name."""
        await self.session.delete(server)
        await self.session.flush()

    async def due(self, *, now: datetime, limit: int) -> Sequence[tuple[str, str]]:
        """Return (workspace, id) of servers that must be looked at, longest waiting first."""
        query = (
            select(ToolServer.workspace_id, ToolServer.id)
            .where(ToolServer.check_at <= now, app_is_there(ToolServer.workspace_id))
            .order_by(ToolServer.check_at)
            .limit(limit)
        )
        return [(row[0], row[1]) for row in await self.session.execute(query)]

    async def has_any(self, workspace_id: str) -> bool:
        """Return whether a workspace has a tool server or a repository: one small question."""
        ((there,),) = await _HAS_ANY.rows(self.session, workspace_id=workspace_id)
        return bool(there)
