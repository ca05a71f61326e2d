"""Surveys by what is due, by channel, by number; their counts, and who has answered."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update

from bot.domain.survey import MOST_REMINDERS, SurveyKind
from storage.models import OutboxRow, Survey, SurveyMember
from storage.repositories.base import Repository, app_is_there


def root_key(survey_id: str) -> str:
    """Return the outbox key of a survey's first message in its channel."""
    return f"survey:{survey_id}"


def ask_key(survey_id: str, user_id: str) -> str:
    """Return the outbox key of the question to one person."""
    return f"{root_key(survey_id)}:ask:{user_id}"


def reminder_key(survey_id: str, left: int, user_id: str) -> str:
    """Return the outbox key of a reminder to one person, after which `left` are left."""
    return f"{root_key(survey_id)}:remind:{left}:{user_id}"


class SurveyRepository(Repository):
    """A survey is seen in its own channel, and by whom it asks."""

    async def add(self, row: Survey, people: Collection[str]) -> Survey:
        """Store a new survey with those whom it asks by name."""
        self.session.add(row)
        await self.session.flush()
        self.session.add_all(
            SurveyMember(survey_id=row.id, user_id=user_id, workspace_id=row.workspace_id)
            for user_id in sorted(people)
        )
        await self.session.flush()
        return row

    async def of_slot(self, workspace_id: str, slot_key: str) -> Survey | None:
        """Return what an opening opened before, if anything."""
        query = select(Survey).where(
            Survey.workspace_id == workspace_id, Survey.slot_key == slot_key
        )
        return (await self.session.scalars(query)).one_or_none()

    async def get(self, workspace_id: str, survey_id: str, *, lock: bool = False) -> Survey:
        """Return a workspace's survey; raises NotFound."""
        query = select(Survey).where(Survey.workspace_id == workspace_id, Survey.id == survey_id)
        return await self.the(
            query, "survey", survey_id, hint="`/lead survey` lists those of a channel.", lock=lock
        )

    async def by_number(self, workspace_id: str, channel_id: str, number: int) -> Survey:
        """Return the channel's survey that people call SV-<number>; raises NotFound."""
        query = select(Survey).where(
            Survey.workspace_id == workspace_id,
            Survey.channel_id == channel_id,
            Survey.number == number,
        )
        return await self.the(
            query, "survey", f"SV-{number}", hint="`/lead survey` lists those of this channel."
        )

    async def newest(self, workspace_id: str, channel_id: str, *, limit: int) -> Sequence[Survey]:
        """Return a channel's surveys, the newest first."""
        query = (
            select(Survey)
            .where(Survey.workspace_id == workspace_id, Survey.channel_id == channel_id)
            .order_by(Survey.number.desc())
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def open_in(self, workspace_id: str, channel_id: str, kind: str) -> Survey | None:
        """Return the survey of a kind that is open in a channel: there is one at most."""
        query = select(Survey).where(
            Survey.workspace_id == workspace_id,
            Survey.channel_id == channel_id,
            Survey.kind == kind,
            Survey.state == "open",
        )
        return (await self.session.scalars(query)).first()

    async def last_shown(self, workspace_id: str, kind: str, channel_id: str) -> Survey | None:
        """Return the survey of a kind that was opened last and showed a result; with a channel,
        of that one.
        """
        query = select(Survey).where(
            Survey.workspace_id == workspace_id, Survey.kind == kind, Survey.answers.is_not(None)
        )
        if channel_id:
            query = query.where(Survey.channel_id == channel_id)
        return (
            await self.session.scalars(query.order_by(Survey.opens_at.desc()).limit(1))
        ).one_or_none()

    async def due(self, now: datetime, *, limit: int) -> Sequence[tuple[str, str]]:
        """Return (workspace, id) of surveys that remind or close now, earliest first."""
        query = (
            select(Survey.workspace_id, Survey.id)
            .where(Survey.due_at <= now, app_is_there(Survey.workspace_id))
            .order_by(Survey.due_at)
            .limit(limit)
        )
        return [(row[0], row[1]) for row in await self.session.execute(query)]

    async def member(self, survey_id: str, user_id: str) -> SurveyMember | None:
        """Return whether somebody is asked by name or has answered; None: neither."""
        return await self.session.get(SurveyMember, (survey_id, user_id), populate_existing=True)

    async def missing(self, survey_id: str) -> Sequence[str]:
        """Return those who are asked by name and have not answered."""
        query = select(SurveyMember.user_id).where(
            SurveyMember.survey_id == survey_id, SurveyMember.answered.is_(False)
        )
        return (await self.session.scalars(query.order_by(SurveyMember.user_id))).all()

    async def asked(self, survey_id: str) -> int:
        """Return how many are asked by name, or have answered."""
        query = select(func.count()).where(SurveyMember.survey_id == survey_id)
        return (await self.session.scalars(query)).one()

    async def claim(self, workspace_id: str, survey_id: str, user_id: str) -> bool:
        """Note that somebody answers now; returns False when they had."""
        values = {"survey_id": survey_id, "user_id": user_id, "workspace_id": workspace_id}
        if await self.insert_unless_there(SurveyMember, values | {"answered": True}):
            return True
        mine = update(SurveyMember).where(
            SurveyMember.workspace_id == workspace_id,
            SurveyMember.survey_id == survey_id,
            SurveyMember.user_id == user_id,
            SurveyMember.answered.is_(False),
        )
        done = await self.session.execute(
            mine.values(answered=True).returning(SurveyMember.user_id)
        )
        return done.first() is not None

    async def overlapping(self, workspace_id: str, people: Collection[str]) -> Survey | None:
        """Return an open survey of a workspace that asks some of these people by name."""
        query = (
            select(Survey)
            .join(SurveyMember, SurveyMember.survey_id == Survey.id)
            .where(
                Survey.workspace_id == workspace_id,
                Survey.state == "open",
                Survey.kind == SurveyKind.STAKEHOLDERS.value,
                SurveyMember.user_id.in_(sorted(people)),
            )
            .order_by(Survey.number)
            .limit(1)
        )
        return (await self.session.scalars(query)).one_or_none()

    async def forget_members(self, workspace_id: str, survey_id: str) -> None:
        """Remove who was asked and who has answered, also from what was written to them: a reminder
        says who had not answered by then. What is being sent this moment stays with the posts.
        """
        mine = SurveyMember.survey_id == survey_id
        people = (await self.session.scalars(select(SurveyMember.user_id).where(mine))).all()
        keys = [ask_key(survey_id, user) for user in people]
        keys += [
            reminder_key(survey_id, left, user) for user in people for left in range(MOST_REMINDERS)
        ]
        await self.session.execute(delete(SurveyMember).where(mine))
        await self.session.execute(
            delete(OutboxRow).where(
                OutboxRow.workspace_id == workspace_id,
                OutboxRow.key.in_(keys),
                OutboxRow.state != "sending",
            )
        )
