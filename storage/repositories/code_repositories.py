"""Repositories of code by workspace and name."""

from collections.abc import Sequence

from sqlalchemy import exists, select

from storage.models import CodeRepository
from storage.repositories.base import Repository, app_is_there, named


class CodeRepositoryRepository(Repository):
    """A repository of code belongs to one workspace, perhaps to one of its channels."""

    async def add(self, repository: CodeRepository) -> CodeRepository:
        """Store a new one; who adds has looked whether its name is free."""
        self.session.add(repository)
        await self.session.flush()
        return repository

    async def named(self, workspace_id: str, name: str) -> CodeRepository | None:
        """Return the repository of that name, if there is one."""
        query = select(CodeRepository).where(
            CodeRepository.workspace_id == workspace_id, CodeRepository.name == name
        )
        return (await self.session.scalars(query)).one_or_none()

    async def all(
        self, workspace_id: str, *, seen_from: str | None = None
    ) -> Sequence[CodeRepository]:
        """Return a workspace's repositories by name; with `seen_from` those of that channel."""
        query = select(CodeRepository).where(CodeRepository.workspace_id == workspace_id)
        if seen_from is not None:
            query = query.where(
                named(CodeRepository.workspace_id, CodeRepository.channel_id, seen_from)
            )
        return (await self.session.scalars(query.order_by(CodeRepository.name))).all()

    async def any_writable(self) -> bool:
        """Return whether specialists may ask to change a repository of any workspace."""
        there = exists().where(CodeRepository.writable, app_is_there(CodeRepository.workspace_id))
        return bool((await self.session.scalars(select(there))).one())

    async def remove(self, repository: CodeRepository) -> None:
        """Remove one; its folder is the caller's."""
        await self.session.delete(repository)
        await self.session.flush()
