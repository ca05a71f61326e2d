"""Decisions on record."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.decision import DecisionRecord, DecisionState, Rejection
from storage.models.base import Base, Id, Json, SlackId, UtcDateTime, enum_column, new_id


class Decision(Base):
    """A MADR record; `body` holds a DecisionRecord's fields, columns what is asked for."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        Index("ix_decision_workspace_id_state", "workspace_id", "state"),
        Index("ix_decision_workspace_id_decided_at", "workspace_id", "decided_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    """Where it was made, and whose rules count; empty: the whole workspace's."""
    thread_id: Mapped[str | None] = mapped_column(ForeignKey("thread.id"))
    """Where its card stands; None for one that was imported."""
    task_id: Mapped[str | None] = mapped_column(ForeignKey("task.id"), index=True)
    round: Mapped[int] = mapped_column(default=1)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[DecisionState] = mapped_column(
        enum_column(DecisionState), default=DecisionState.PROPOSED
    )
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    revision: Mapped[int] = mapped_column(default=1)
    author_id: Mapped[str | None] = mapped_column(SlackId)
    """The person who recorded it and may edit it while it is open; None: the lead or a file."""
    quorum: Mapped[int] = mapped_column(default=1)
    """How many yeses accept it."""
    rejection: Mapped[Rejection] = mapped_column(String(8), default="one")
    """How many noes reject it: `one`, or `quorum` for as many as yeses are needed."""
    approvers: Mapped[list[str]] = mapped_column(Json, default=list)
    """Users and user groups that have a vote; empty: whoever may decide in its channel."""
    review_by: Mapped[date | None]
    expires_on: Mapped[date | None]
    """The last day of a provisional decision."""
    decided_by: Mapped[str | None] = mapped_column(SlackId)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was rejected, or what was to be changed: the person's own words."""
    file_name: Mapped[str] = mapped_column(String(200), default="")
    """What its exported file is called, from its first export or its import on."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def public_id(self) -> str:
        """How people call it."""
        return f"D-{self.number}"

    @property
    def record(self) -> DecisionRecord:
        """Its contents."""
        return DecisionRecord.model_validate(self.body)
