"""What belongs to a standup: its questions, who is asked, what they said, what blocks them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select

from storage.models import (
    Standup,
    StandupAnswer,
    StandupBlocker,
    StandupMember,
    StandupQuestion,
    new_id,
)
from storage.repositories.base import Repository

Asked = Sequence[tuple[int, str, str]]
"""Position, kind and text of each question."""


class StandupRowRepository(Repository):
    """Rows of one run, and a channel's questions and blockers."""

    async def questions(self, standup_id: str) -> Sequence[StandupQuestion]:
        """Return what is asked in a run."""
        query = (
            select(StandupQuestion)
            .where(StandupQuestion.standup_id == standup_id)
            .order_by(StandupQuestion.position)
        )
        return (await self.session.scalars(query)).all()

    async def questions_of_channel(
        self, workspace_id: str, channel_id: str
    ) -> Sequence[StandupQuestion]:
        """Return what the next runs of a channel ask; nothing where nobody changed it."""
        query = (
            select(StandupQuestion)
            .where(
                StandupQuestion.workspace_id == workspace_id,
                StandupQuestion.channel_id == channel_id,
                StandupQuestion.standup_id.is_(None),
            )
            .order_by(StandupQuestion.position)
        )
        return (await self.session.scalars(query)).all()

    async def ask(
        self, workspace_id: str, channel_id: str, asked: Asked, *, standup_id: str | None
    ) -> None:
        """Store a run's questions, or a channel's in place of those it had."""
        if standup_id is None:
            await self.session.execute(
                delete(StandupQuestion).where(
                    StandupQuestion.workspace_id == workspace_id,
                    StandupQuestion.channel_id == channel_id,
                    StandupQuestion.standup_id.is_(None),
                )
            )
        self.session.add_all(
            StandupQuestion(
                id=new_id(),
                workspace_id=workspace_id,
                channel_id=channel_id,
                standup_id=standup_id,
                position=position,
                kind=kind,
                text=text,
            )
            for position, kind, text in asked
        )
        await self.session.flush()

    async def members(self, standup_id: str) -> Sequence[StandupMember]:
        """Return who is asked, those who open first in front."""
        query = (
            select(StandupMember)
            .where(StandupMember.standup_id == standup_id)
            .order_by(StandupMember.opens_at, StandupMember.user_id)
        )
        return (await self.session.scalars(query)).all()

    async def member(self, standup_id: str, user_id: str) -> StandupMember | None:
        """Return how somebody is asked in a run."""
        query = select(StandupMember).where(
            StandupMember.standup_id == standup_id, StandupMember.user_id == user_id
        )
        return (await self.session.scalars(query)).one_or_none()

    async def ensure_member(self, values: dict[str, Any]) -> bool:
        """Store that somebody is asked, unless they are; `standup_id` is among the values."""
        empty = dict.fromkeys(("name", "zone", "off"), "") | dict.fromkeys(
            ("opens_at", "closes_at", "remind_at")
        )
        return await self.insert_unless_there(StandupMember, empty | values)

    async def answers(self, standup_id: str) -> Sequence[StandupAnswer]:
        """Return every answer of a run, first come first."""
        query = (
            select(StandupAnswer)
            .where(StandupAnswer.standup_id == standup_id)
            .order_by(StandupAnswer.answered_at, StandupAnswer.user_id, StandupAnswer.position)
        )
        return (await self.session.scalars(query)).all()

    async def answers_by(self, standup_id: str, user_id: str) -> dict[int, StandupAnswer]:
        """Return one person's answers by the question's position."""
        query = select(StandupAnswer).where(
            StandupAnswer.standup_id == standup_id, StandupAnswer.user_id == user_id
        )
        return {row.position: row for row in await self.session.scalars(query)}

    async def blockers_of(self, standup_id: str) -> Sequence[StandupBlocker]:
        """Return the blockers that a run named last, the oldest first."""
        query = (
            select(StandupBlocker)
            .where(StandupBlocker.standup_id == standup_id)
            .order_by(StandupBlocker.times.desc(), StandupBlocker.number)
        )
        return (await self.session.scalars(query)).all()

    async def open_blockers(
        self, workspace_id: str, channel_id: str, *, user_id: str = ""
    ) -> Sequence[StandupBlocker]:
        """Return a channel's blockers that are not solved, or one person's, the oldest first."""
        query = select(StandupBlocker).where(
            StandupBlocker.workspace_id == workspace_id,
            StandupBlocker.channel_id == channel_id,
            StandupBlocker.solved_at.is_(None),
        )
        if user_id:
            query = query.where(StandupBlocker.user_id == user_id)
        return (await self.session.scalars(query.order_by(StandupBlocker.number))).all()

    async def named_later(
        self, workspace_id: str, channel_id: str, moment: datetime
    ) -> dict[str, StandupBlocker]:
        """Return by id the open blockers that a run which opens after a moment has named."""
        query = (
            select(StandupBlocker)
            .join(Standup, Standup.id == StandupBlocker.standup_id)
            .where(
                StandupBlocker.workspace_id == workspace_id,
                StandupBlocker.channel_id == channel_id,
                StandupBlocker.solved_at.is_(None),
                Standup.opens_at > moment,
            )
        )
        return {row.id: row for row in await self.session.scalars(query)}

    async def left_open(
        self, workspace_id: str, channel_id: str, *, before: datetime, until: datetime
    ) -> Sequence[StandupBlocker]:
        """Return blockers that only runs which opened before a moment have named, the oldest first.

        Those that were solved after `until` were open then.
        """
        query = (
            select(StandupBlocker)
            .join(Standup, Standup.id == StandupBlocker.standup_id)
            .where(
                StandupBlocker.workspace_id == workspace_id,
                StandupBlocker.channel_id == channel_id,
                or_(StandupBlocker.solved_at.is_(None), StandupBlocker.solved_at >= until),
                Standup.opens_at < before,
            )
            .order_by(StandupBlocker.number)
        )
        return (await self.session.scalars(query)).all()

    async def blocker(
        self, workspace_id: str, blocker_id: str, *, lock: bool = False
    ) -> StandupBlocker:
        """Return a workspace's blocker; raises NotFound."""
        query = select(StandupBlocker).where(
            StandupBlocker.workspace_id == workspace_id, StandupBlocker.id == blocker_id
        )
        return await self.the(
            query, "blocker", blocker_id, hint="`/lead standup` shows what is open.", lock=lock
        )

    async def solved_between(
        self, workspace_id: str, channel_id: str, *, since: datetime, until: datetime
    ) -> Sequence[StandupBlocker]:
        """Return a channel's blockers that were solved in a time."""
        query = (
            select(StandupBlocker)
            .where(
                StandupBlocker.workspace_id == workspace_id,
                StandupBlocker.channel_id == channel_id,
                StandupBlocker.solved_at >= since,
                StandupBlocker.solved_at < until,
            )
            .order_by(StandupBlocker.number)
        )
        return (await self.session.scalars(query)).all()
