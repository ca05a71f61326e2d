"""Assessments of a time: figures counted from rows, what follows from them, how they are read."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Json, SlackId, UtcDateTime, new_id


class Assessment(Base):
    """A channel's week, month, quarter or year, counted once."""

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("workspace_id", "slot_key"),
        UniqueConstraint("workspace_id", "number"),
        Index("ix_assessment_workspace_id_channel_id", "workspace_id", "channel_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    slot_key: Mapped[str] = mapped_column(String(120))
    """What asked for it: the firing of a schedule, or a command."""
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    """A value of `bot.domain.assessment.Period`."""
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    """Figures and proposals (`bot.domain.assessment.Findings`)."""
    reading: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """How a model reads the figures; None where none was asked, or has not answered."""
    model: Mapped[str] = mapped_column(String(80), default="")
    task_id: Mapped[str | None] = mapped_column(ForeignKey("task.id"))
    """The task in which a model reads them."""
    asked_by: Mapped[str | None] = mapped_column(SlackId)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def public_id(self) -> str:
        """How people call it."""
        return f"AS-{self.number}"
