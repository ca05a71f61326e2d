"""Wishes to forget: asked once, worked by one process at a time, kept until they are told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from storage.models import Forgetting, new_id
from storage.models.forgetting import Subject
from storage.repositories.base import Repository


class ForgettingRepository(Repository):
    """What is written while one works names the claim, so that an older one changes nothing."""

    async def ask(
        self,
        workspace_id: str,
        subject: Subject,
        subject_id: str,
        *,
        pseudonym: str,
        asked_by: str,
        told_in: str,
        direct_id: str,
        now: datetime,
    ) -> bool:
        """Store a wish unless the same one is open; returns whether it is new."""
        values: dict[str, Any] = {
            "id": new_id(),
            "workspace_id": workspace_id,
            "subject": subject,
            "subject_id": subject_id,
            "pseudonym": pseudonym,
            "asked_by": asked_by,
            "told_in": told_in,
            "direct_id": direct_id,
            "places": [],
            "found": None,
            "removed": {},
            "attempts": 0,
            "due_at": now,
            "asked_at": now,
            "ended_at": None,
        }
        return await self.insert_unless_there(Forgetting, values)

    async def open_of(
        self, workspace_id: str, subject: Subject, subject_id: str
    ) -> Forgetting | None:
        """Return the wish about somebody or something that is not done yet."""
        query = select(Forgetting).where(
            Forgetting.workspace_id == workspace_id,
            Forgetting.subject == subject,
            Forgetting.subject_id == subject_id,
            Forgetting.ended_at.is_(None),
        )
        return (await self.session.scalars(query)).one_or_none()

    async def get(self, forgetting_id: str, *, lock: bool = False) -> Forgetting:
        """Return a wish that is known to exist."""
        query = select(Forgetting).where(Forgetting.id == forgetting_id)
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        return (await self.session.scalars(query)).one()

    async def due(self, *, now: datetime, limit: int) -> Sequence[str]:
        """Return whose moment has come, also where the app was removed: a wish to be forgotten
        waits for nobody.
        """
        query = (
            select(Forgetting.id)
            .where(Forgetting.due_at <= now)
            .order_by(Forgetting.due_at)
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def keep(
        self,
        forgetting_id: str,
        *,
        attempt: int,
        due_at: datetime,
        found: dict[str, int] | None,
        removed: dict[str, int],
        places: list[str],
    ) -> bool:
        """Store how far a run is and prolong its claim; False when another one has it."""
        result = await self.session.execute(
            update(Forgetting)
            .where(
                Forgetting.id == forgetting_id,
                Forgetting.attempts == attempt,
                Forgetting.ended_at.is_(None),
            )
            .values(due_at=due_at, found=found, removed=removed, places=places)
            .execution_options(synchronize_session=False)
            .returning(Forgetting.id)
        )
        return result.first() is not None
