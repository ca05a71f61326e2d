"""MCP tokens by their secret's digest, and by name within a workspace."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from storage.models import McpToken
from storage.repositories.base import Repository, app_is_there


class McpTokenRepository(Repository):
    """A token belongs to one workspace; its digest says which."""

    async def add(self, token: McpToken) -> McpToken:
        """Store a new token; who adds has looked whether its name is free."""
        self.session.add(token)
        await self.session.flush()
        return token

    async def by_digest(self, digest: str, *, now: datetime) -> McpToken | None:
        """Return the token that this is the digest of, while it counts and the app is there."""
        query = select(McpToken).where(
            McpToken.digest == digest,
            McpToken.revoked_at.is_(None),
            McpToken.expires_at.is_(None) | (McpToken.expires_at > now),
            app_is_there(McpToken.workspace_id),
        )
        return (await self.session.scalars(query)).one_or_none()

    async def named(self, workspace_id: str, name: str, *, lock: bool = False) -> McpToken | None:
        """Return the token of that name that is not revoked, if there is one."""
        query = select(McpToken).where(
            McpToken.workspace_id == workspace_id,
            McpToken.name == name,
            McpToken.revoked_at.is_(None),
        )
        return await self.perhaps(query, lock=lock)

    async def all(self, workspace_id: str) -> Sequence[McpToken]:
        """Return all tokens of a workspace, revoked ones too, by name, the newest first."""
        query = select(McpToken).where(McpToken.workspace_id == workspace_id)
        return (
            await self.session.scalars(query.order_by(McpToken.name, McpToken.created_at.desc()))
        ).all()

    async def used(self, token_id: str, *, now: datetime) -> None:
        """Note that a token was used."""
        await self.session.execute(
            update(McpToken)
            .where(McpToken.id == token_id)
            .values(used_at=now)
            .execution_options(synchronize_session=False)
        )
