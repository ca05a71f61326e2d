"""Assessments of a channel, and the rows that their figures are counted from."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import distinct, func, or_, select, tuple_

from bot.domain.decision import DecisionState
from storage.models import (
    Assessment,
    Decision,
    Escalation,
    Feedback,
    HandOff,
    Matrix,
    ModelCall,
    Standup,
    StandupAnswer,
    StandupBlocker,
    StandupMember,
    Task,
)
from storage.repositories.base import Repository


class AssessmentRepository(Repository):
    """Everything is one channel's: what was said elsewhere is not even counted."""

    async def add(self, row: Assessment) -> Assessment:
        """Store a new assessment."""
        self.session.add(row)
        await self.session.flush()
        return row

    async def of_slot(self, workspace_id: str, slot_key: str) -> Assessment | None:
        """Return what was assessed for a firing or command before, if anything."""
        query = select(Assessment).where(
            Assessment.workspace_id == workspace_id, Assessment.slot_key == slot_key
        )
        return (await self.session.scalars(query)).one_or_none()

    async def of_task(self, task_id: str) -> Assessment | None:
        """Return the assessment that a task reads."""
        query = select(Assessment).where(Assessment.task_id == task_id)
        return (await self.session.scalars(query)).one_or_none()

    async def get(self, workspace_id: str, assessment_id: str) -> Assessment:
        """Return an assessment of this workspace; raises NotFound."""
        query = select(Assessment).where(
            Assessment.workspace_id == workspace_id, Assessment.id == assessment_id
        )
        return await self.the(
            query, "assessment", assessment_id, hint="`/lead assessment` lists them."
        )

    async def by_number(self, workspace_id: str, channel_id: str, number: int) -> Assessment:
        """Return the channel's assessment that people call AS-<number>; raises NotFound."""
        query = select(Assessment).where(
            Assessment.workspace_id == workspace_id,
            Assessment.channel_id == channel_id,
            Assessment.number == number,
        )
        return await self.the(
            query,
            "assessment",
            f"AS-{number}",
            hint="`/lead assessment` lists those of this channel.",
        )

    async def newest(
        self, workspace_id: str, channel_id: str, *, limit: int
    ) -> Sequence[Assessment]:
        """Return a channel's assessments, the newest first."""
        query = (
            select(Assessment)
            .where(Assessment.workspace_id == workspace_id, Assessment.channel_id == channel_id)
            .order_by(Assessment.number.desc())
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def tasks_started(
        self, workspace_id: str, channel_id: str, *, since: datetime, until: datetime
    ) -> int:
        """Return how many tasks of a channel came in."""
        query = select(func.count()).where(
            Task.workspace_id == workspace_id,
            Task.channel_id == channel_id,
            Task.created_at >= since,
            Task.created_at < until,
        )
        return (await self.session.scalars(query)).one()

    async def blockers(
        self, workspace_id: str, channel_id: str, *, since: datetime, until: datetime
    ) -> Sequence[StandupBlocker]:
        """Return the blockers that were known in a time, by number."""
        query = (
            select(StandupBlocker)
            .where(
                StandupBlocker.workspace_id == workspace_id,
                StandupBlocker.channel_id == channel_id,
                StandupBlocker.created_at < until,
                or_(StandupBlocker.solved_at.is_(None), StandupBlocker.solved_at >= since),
            )
            .order_by(StandupBlocker.number)
        )
        return (await self.session.scalars(query)).all()

    async def escalations(
        self, workspace_id: str, channel_id: str, *, since: datetime, until: datetime
    ) -> Sequence[Escalation]:
        """Return the escalations that were open in a time, by number."""
        query = (
            select(Escalation)
            .where(
                Escalation.workspace_id == workspace_id,
                Escalation.channel_id == channel_id,
                Escalation.created_at < until,
                or_(Escalation.resolved_at.is_(None), Escalation.resolved_at >= since),
            )
            .order_by(Escalation.number)
        )
        return (await self.session.scalars(query)).all()

    async def decisions(
        self, workspace_id: str, channel_id: str, *, since: datetime, until: datetime
    ) -> Sequence[Decision]:
        """Return what was decided in a time, and what still waits for somebody, by number."""
        query = (
            select(Decision)
            .where(
                Decision.workspace_id == workspace_id,
                Decision.channel_id == channel_id,
                Decision.created_at < until,
                or_(Decision.state == DecisionState.PROPOSED, Decision.decided_at >= since),
            )
            .order_by(Decision.number)
        )
        return (await self.session.scalars(query)).all()

    async def decisions_to_review(
        self, workspace_id: str, channel_id: str, *, until: datetime
    ) -> Sequence[Decision]:
        """Return the accepted decisions whose review or end came before `until`, by number."""
        day = until.date()
        query = (
            select(Decision)
            .where(
                Decision.workspace_id == workspace_id,
                Decision.channel_id == channel_id,
                Decision.state == DecisionState.ACCEPTED,
                or_(Decision.review_by < day, Decision.expires_on < day),
            )
            .order_by(Decision.number)
        )
        return (await self.session.scalars(query)).all()

    async def hand_offs(
        self, workspace_id: str, channel_id: str, *, since: datetime, until: datetime
    ) -> Sequence[HandOff]:
        """Return the hand-offs of a channel that were open in a time, by number."""
        query = (
            select(HandOff)
            .where(
                HandOff.workspace_id == workspace_id,
                HandOff.channel_id == channel_id,
                HandOff.created_at < until,
                or_(HandOff.ended_at.is_(None), HandOff.ended_at >= since),
            )
            .order_by(HandOff.number)
        )
        return (await self.session.scalars(query)).all()

    async def matrices(
        self, workspace_id: str, channel_id: str, *, since: datetime, until: datetime
    ) -> Sequence[Matrix]:
        """Return the comparisons of technologies that were revealed in a time, by number."""
        query = (
            select(Matrix)
            .where(
                Matrix.workspace_id == workspace_id,
                Matrix.channel_id == channel_id,
                Matrix.revealed_at >= since,
                Matrix.revealed_at < until,
            )
            .order_by(Matrix.number)
        )
        return (await self.session.scalars(query)).all()

    async def answers(
        self, workspace_id: str, channel_id: str, *, since: datetime, until: datetime
    ) -> tuple[int, int]:
        """Return how often somebody was asked in standups that closed in a time, and answered."""
        runs = select(Standup.id).where(
            Standup.workspace_id == workspace_id,
            Standup.channel_id == channel_id,
            Standup.closed_at >= since,
            Standup.closed_at < until,
        )
        asked = select(func.count()).where(
            StandupMember.standup_id.in_(runs), StandupMember.off == ""
        )
        who = tuple_(StandupMember.standup_id, StandupMember.user_id)
        said = select(StandupAnswer.standup_id, StandupAnswer.user_id).where(
            StandupAnswer.standup_id.in_(runs), StandupAnswer.text != ""
        )
        answered = asked.where(who.in_(said))
        return (
            (await self.session.scalars(asked)).one(),
            (await self.session.scalars(answered)).one(),
        )

    async def verdicts(
        self, workspace_id: str, channel_id: str, *, since: datetime, until: datetime
    ) -> dict[str, int]:
        """Return how many people found results `good` and `bad`."""
        query = (
            select(Feedback.verdict, func.count())
            .join(Task, Task.id == Feedback.task_id)
            .where(
                Feedback.workspace_id == workspace_id,
                Task.channel_id == channel_id,
                Feedback.given_at >= since,
                Feedback.given_at < until,
            )
            .group_by(Feedback.verdict)
        )
        return {row[0]: row[1] for row in await self.session.execute(query)}

    async def cost(
        self, workspace_id: str, channel_id: str, *, since: datetime, until: datetime
    ) -> tuple[int, int]:
        """Return what a channel's model calls cost in micro-dollars, and of how many tasks."""
        query = select(
            func.coalesce(func.sum(ModelCall.cost_micros), 0),
            func.count(distinct(ModelCall.task_id)),
        ).where(
            ModelCall.workspace_id == workspace_id,
            ModelCall.channel_id == channel_id,
            ModelCall.started_at >= since,
            ModelCall.started_at < until,
        )
        row = (await self.session.execute(query)).one()
        return int(row[0] or 0), int(row[1])
