"""Surveys: how content people are, as counts; who has answered is kept apart from what was said."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, SlackId, UtcDateTime, new_id


class Survey(Base):
    """One survey. An answer adds one to a count: there is no row that is somebody's answer."""

    __tablename__ = "survey"
    __table_args__ = (
        UniqueConstraint("workspace_id", "slot_key"),
        UniqueConstraint("workspace_id", "number"),
        Index("ix_survey_due_at", "due_at"),
        Index("ix_survey_workspace_id_channel_id", "workspace_id", "channel_id"),
        Index("ix_survey_workspace_id_closed_at", "workspace_id", "closed_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    slot_key: Mapped[str] = mapped_column(String(120))
    """What opened it: the firing of a schedule, or a command."""
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    """A value of `bot.domain.survey.SurveyKind`."""
    state: Mapped[str] = mapped_column(String(16))
    """`open` or `closed`."""
    minimum: Mapped[int]
    """Of fewer answers nothing is shown, and nothing is kept; fixed when it opens."""
    ones: Mapped[int] = mapped_column(default=0)
    twos: Mapped[int] = mapped_column(default=0)
    threes: Mapped[int] = mapped_column(default=0)
    fours: Mapped[int] = mapped_column(default=0)
    fives: Mapped[int] = mapped_column(default=0)
    answers: Mapped[int | None]
    """Counted when it closes; None before, and where they were too few: then the counts are 0."""
    reminders_left: Mapped[int] = mapped_column(default=0)
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The next reminder or the end; None when it is closed."""
    opened_by: Mapped[str | None] = mapped_column(SlackId)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def public_id(self) -> str:
        """How people call it."""
        return f"SV-{self.number}"

    @property
    def scores(self) -> tuple[int, int, int, int, int]:
        """How many chose 1, 2, 3, 4 and 5."""
        return (self.ones, self.twos, self.threes, self.fours, self.fives)


class SurveyMember(Base):
    """Somebody who was asked, or has answered; without a time, and removed when it closes."""

    __tablename__ = "survey_member"

    survey_id: Mapped[str] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(SlackId, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    answered: Mapped[bool] = mapped_column(default=False)
