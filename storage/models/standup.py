"""Standups: one run with its questions, who is asked when, what they said, what blocks them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Json, SlackId, UtcDateTime, new_id


class Standup(Base):
    """One run; whoever takes it further asks for `due_at` only."""

    __tablename__ = "standup"
    __table_args__ = (
        UniqueConstraint("schedule_id", "slot_key"),
        Index("ix_standup_due_at", "due_at"),
        Index("ix_standup_workspace_id_channel_id", "workspace_id", "channel_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    schedule_id: Mapped[str] = mapped_column(ForeignKey("schedule.id"))
    slot_key: Mapped[str] = mapped_column(String(32))
    """Its local day and time, the same in all zones of the schedule."""
    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(16))
    """`planned` (somebody answered ahead), `open` or `closed`."""
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    """What moved is told from this moment on."""
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the last zone's window closes."""
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The next reminder or the close; None when neither is to come."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StandupQuestion(Base):
    """A channel's question, or, with `standup_id`, what was asked in one run."""

    __tablename__ = "standup_question"
    __table_args__ = (
        Index("ix_standup_question_standup_id", "standup_id"),
        Index("ix_standup_question_workspace_id_channel_id", "workspace_id", "channel_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    standup_id: Mapped[str | None] = mapped_column(ForeignKey("standup.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(String(200))


class StandupMember(Base):
    """Who is asked in one run, when, and why not."""

    __tablename__ = "standup_member"

    standup_id: Mapped[str] = mapped_column(ForeignKey("standup.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(SlackId, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    """How Slack calls them: a mention would tag those who are only listed."""
    zone: Mapped[str] = mapped_column(String(64))
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    remind_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None once reminded, or when they are off."""
    off: Mapped[str] = mapped_column(String(100))
    """Why nobody waits for them; empty: they are asked."""


class StandupAnswer(Base):
    """One person's answer to one question; what it said before is kept."""

    __tablename__ = "standup_answer"
    __table_args__ = (UniqueConstraint("standup_id", "user_id", "position"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    standup_id: Mapped[str] = mapped_column(ForeignKey("standup.id"))
    user_id: Mapped[str] = mapped_column(SlackId)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    late: Mapped[bool] = mapped_column(default=False)
    history: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """`was`: earlier texts with the moment they were replaced, oldest first; `goes_on`: it came by
    a reply, and what its writer says next belongs to it.
    """
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StandupBlocker(Base):
    """What blocks somebody, from the standup that named it until it is solved."""

    __tablename__ = "standup_blocker"
    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        Index("ix_standup_blocker_standup_id", "standup_id"),
        Index("ix_standup_blocker_workspace_id_channel_id", "workspace_id", "channel_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    standup_id: Mapped[str] = mapped_column(ForeignKey("standup.id"))
    """The last one that named it."""
    number: Mapped[int]
    user_id: Mapped[str] = mapped_column(SlackId)
    owner_id: Mapped[str | None] = mapped_column(SlackId)
    """Who took it."""
    text: Mapped[str] = mapped_column(Text)
    times: Mapped[int]
    """In how many standups it was named."""
    changed: Mapped[bool] = mapped_column(default=False)
    """Whether the last one named it in other words than the one before."""
    decision_id: Mapped[str | None] = mapped_column(ForeignKey("decision.id"))
    escalation_id: Mapped[str | None] = mapped_column(ForeignKey("escalation.id"))
    solved_by: Mapped[str | None] = mapped_column(SlackId)
    solved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def public_id(self) -> str:
        """How people call it."""
        return f"B-{self.number}"
