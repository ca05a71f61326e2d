"""The learning plan: who learns or teaches what, until when, and what shows it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, SlackId, UtcDateTime, new_id


class LearningItem(Base):
    """A talk, conference, certification, project with another team, or time to try something."""

    __tablename__ = "learning_item"
    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        Index("ix_learning_item_remind_at", "remind_at"),
        Index("ix_learning_item_workspace_id_channel_id", "workspace_id", "channel_id"),
        Index("ix_learning_item_workspace_id_ended_at", "workspace_id", "ended_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    """A value of `bot.domain.learning.LearningKind`."""
    title: Mapped[str] = mapped_column(String(300))
    person_id: Mapped[str | None] = mapped_column(SlackId)
    specialist: Mapped[str] = mapped_column(String(64), default="")
    """Of our specialists, when it is no person's."""
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(16))
    """`planned`, `begun`, `done` or `dropped`."""
    evidence: Mapped[str] = mapped_column(Text, default="")
    """A link or a sentence that shows it."""
    created_by: Mapped[str] = mapped_column(SlackId)
    ended_by: Mapped[str | None] = mapped_column(SlackId)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    remind_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminders: Mapped[int] = mapped_column(default=0)

    @property
    def public_id(self) -> str:
        """How people call it."""
        return f"L-{self.number}"
