"""Decisions on record."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.decision import DecisionState
from storage.models.base import Base, Id, Json, SlackId, UtcDateTime, enum_column, new_id


class Decision(Base):
    """A MADR record; `body` holds the proposal's fields, columns what is asked for."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        Index("ix_decision_workspace_id_state", "workspace_id", "state"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    thread_id: Mapped[str] = mapped_column(ForeignKey("thread.id"))
    task_id: Mapped[str | None] = mapped_column(ForeignKey("task.id"), index=True)
    round: Mapped[int] = mapped_column(default=1)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[DecisionState] = mapped_column(
        enum_column(DecisionState), default=DecisionState.PROPOSED
    )
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    revision: Mapped[int] = mapped_column(default=1)
    review_by: Mapped[date | None]
    decided_by: Mapped[str | None] = mapped_column(SlackId)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was rejected, or what was to be changed: the person's own words."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def public_id(self) -> str:
        """How people call it."""
        return f"D-{self.number}"
