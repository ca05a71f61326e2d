"""Installations by workspace, the states of browsers on their way to Slack, and the way out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update

from bot.domain.task import OPEN
from storage.models import Installation, OAuthState, OutboxRow, Task, Workspace
from storage.models.outbox import WAITING
from storage.repositories.base import Repository


class InstallationRepository(Repository):
    """Tokens are sealed before they come here and opened after they left."""

    async def find(self, workspace_id: str, *, lock: bool = False) -> Installation | None:
        """Return a workspace's installation, also one that was removed; `lock` keeps it so."""
        query = select(Installation).where(Installation.workspace_id == workspace_id)
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        return (await self.session.scalars(query)).one_or_none()

    async def all(self) -> Sequence[tuple[Installation, str]]:
        """Return every installation with its workspace's name, the newest first."""
        query = (
            select(Installation, Workspace.name)
            .join(Workspace, Workspace.id == Installation.workspace_id)
            .order_by(Installation.installed_at.desc(), Installation.workspace_id)
        )
        return [(row[0], row[1]) for row in await self.session.execute(query)]

    async def add(self, workspace_id: str, *, installed_at: datetime) -> Installation:
        """Return the workspace's row, locked, made when it is new."""
        values: dict[str, Any] = {
            "workspace_id": workspace_id,
            "app_id": "",
            "bot_id": "",
            "bot_user_id": "",
            "scopes": "",
            "installed_by": "",
            "installed_at": installed_at,
            "bot_token": "",
            "refresh_token": "",
            "version": 0,
            "problem": "",
            "removed_reason": "",
        }
        await self.insert_unless_there(Installation, values)
        found = await self.find(workspace_id, lock=True)
        if found is None:
            raise LookupError(workspace_id)
        return found

    async def name_workspace(self, workspace_id: str, name: str) -> None:
        """Write down how Slack calls the workspace."""
        await self.session.execute(
            update(Workspace).where(Workspace.id == workspace_id).values(name=name[:200])
        )

    async def claim_refresh(
        self, workspace_id: str, version: int, *, now: datetime, until: datetime
    ) -> bool:
        """Take the right to ask for the next token of this version; False: somebody has it."""
        free = or_(Installation.refreshing_until.is_(None), Installation.refreshing_until < now)
        result = await self.session.execute(
            update(Installation)
            .where(
                Installation.workspace_id == workspace_id,
                Installation.version == version,
                free,
            )
            .values(refreshing_until=until)
            .returning(Installation.workspace_id)
            .execution_options(synchronize_session=False)
        )
        return result.first() is not None

    async def due_for_purge(self, before: datetime) -> Sequence[str]:
        """Return the workspaces that were left before that moment."""
        query = select(Installation.workspace_id).where(Installation.removed_at <= before)
        return (await self.session.scalars(query)).all()

    async def open_task_ids(self, workspace_id: str) -> Sequence[str]:
        """Return the workspace's tasks that have not ended, oldest first."""
        query = (
            select(Task.id)
            .where(Task.workspace_id == workspace_id, Task.state.in_(OPEN))
            .order_by(Task.number)
        )
        return (await self.session.scalars(query)).all()

    async def end_posts(self, workspace_id: str, *, problem: str, code: str) -> int:
        """Give up every post of a workspace that waits or is being sent; returns how many.

        The outcome of one that is being sent finds its claim gone and is dropped.
        """
        result = await self.session.execute(
            update(OutboxRow)
            .where(OutboxRow.workspace_id == workspace_id, WAITING)
            .values(
                state="dead", problem=problem, problem_code=code, claimed_by=None, lease_until=None
            )
            .returning(OutboxRow.id)
            .execution_options(synchronize_session=False)
        )
        return len(result.all())

    # States of browsers

    async def add_state(self, digest: str, *, now: datetime, expires_at: datetime) -> None:
        """Remember that a browser was sent to Slack; forget those that never came back."""
        await self.session.execute(
            delete(OAuthState)
            .where(OAuthState.expires_at <= now)
            .execution_options(synchronize_session=False)
        )
        self.session.add(OAuthState(digest=digest, expires_at=expires_at))
        await self.session.flush()

    async def take_state(self, digest: str, *, now: datetime) -> bool:
        """Take a state back, once; False when it is unknown, used or too old."""
        result = await self.session.execute(
            delete(OAuthState)
            .where(OAuthState.digest == digest, OAuthState.expires_at > now)
            .returning(OAuthState.digest)
            .execution_options(synchronize_session=False)
        )
        return result.first() is not None
