"""Escalations and their timelines."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.escalation import EscalationState, Kind
from storage.models.base import Base, Id, Json, SlackId, UtcDateTime, enum_column, new_id


class Escalation(Base):
    """A case with its next timer; whoever sweeps asks for `due_at` only."""

    __tablename__ = "escalation"
    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        UniqueConstraint("workspace_id", "source_key"),
        Index("ix_escalation_workspace_id_state", "workspace_id", "state"),
        Index("ix_escalation_due_at", "due_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    root_ts: Mapped[str] = mapped_column(String(32), default="")
    """The thread that it was opened in; empty: its card starts one."""
    task_id: Mapped[str | None] = mapped_column(ForeignKey("task.id"), index=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    impact: Mapped[str] = mapped_column(Text, default="")
    tried: Mapped[str] = mapped_column(Text, default="")
    """What was attempted before it was escalated."""
    source: Mapped[str] = mapped_column(String(16), default="command")
    """`command`, `message`, `task` or `webhook`."""
    source_key: Mapped[str | None] = mapped_column(String(200))
    """The incident's id at whoever reported it by webhook."""
    source_url: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[EscalationState] = mapped_column(
        enum_column(EscalationState), default=EscalationState.OPEN
    )
    level: Mapped[int]
    owner_id: Mapped[str] = mapped_column(SlackId, default="")
    """Who is asked at present; empty: nobody yet."""
    opened_by: Mapped[str] = mapped_column(SlackId, default="")
    policy: Mapped[dict[str, Any]] = mapped_column(Json)
    """As it was when the case opened: later settings change no running timer."""
    hours: Mapped[dict[str, Any]] = mapped_column(Json)
    """When the owner works."""
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    pages: Mapped[int] = mapped_column(default=0)
    snoozed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_kind: Mapped[Kind | None] = mapped_column(enum_column(Kind))
    seq: Mapped[int] = mapped_column(default=0)
    """How many events it has."""
    resolution: Mapped[str] = mapped_column(Text, default="")
    resolved_by: Mapped[str | None] = mapped_column(SlackId)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def public_id(self) -> str:
        """How people call it; `E-` begins the ids of errors."""
        return f"X-{self.number}"


class EscalationEvent(Base):
    """One line of a timeline; never changed. The primary key lets each thing happen once."""

    __tablename__ = "escalation_event"
    __table_args__ = (Index("ix_escalation_event_at", "at"),)

    escalation_id: Mapped[str] = mapped_column(ForeignKey("escalation.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    kind: Mapped[Kind] = mapped_column(enum_column(Kind))
    by_id: Mapped[str] = mapped_column(SlackId, default="")
    """Who did it; empty for a timer and for a webhook."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[EscalationState] = mapped_column(enum_column(EscalationState))
    level: Mapped[int]
    owner_id: Mapped[str] = mapped_column(SlackId, default="")
    text: Mapped[str] = mapped_column(Text, default="")
    """A person's own words: an update, what solved it."""
    planned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the timer was to go off, for what a timer did."""
    late_seconds: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The timer that was set then; the auditor looks whether it went off."""
