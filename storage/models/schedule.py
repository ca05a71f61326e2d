"""What is to happen when: the schedules of channels, and each firing, once for all processes."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Json, SlackId, UtcDateTime, new_id


class Schedule(Base):
    """A ceremony of a channel at its times; who fires asks for `next_slot_at` only."""

    __tablename__ = "schedule"
    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        Index("ix_schedule_next_slot_at", "next_slot_at"),
        Index("ix_schedule_workspace_id_channel_id", "workspace_id", "channel_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(32))
    """Which ceremony: a key of `bot.services.ceremonies.CEREMONIES`."""
    name: Mapped[str] = mapped_column(String(200))
    words: Mapped[str] = mapped_column(String(200))
    """The times as they were written."""
    rule: Mapped[dict[str, Any]] = mapped_column(Json)
    """The times as they were understood (`bot.domain.schedule.Rule`)."""
    zones: Mapped[list[str]] = mapped_column(Json)
    regions: Mapped[list[str]] = mapped_column(Json)
    """Whose holidays count: none, one for all zones, or one for each."""
    work_days: Mapped[list[int]] = mapped_column(Json)
    """Monday is 0."""
    days_off: Mapped[list[list[str]]] = mapped_column(Json)
    """First and last day of each, as ISO dates."""
    window_minutes: Mapped[int]
    """How long the ceremony is open."""
    missed_hours: Mapped[int]
    """A slot that nobody could fire in time is made up for within so many hours; 0: never."""
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    skip_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Slots up to this one are left out."""
    next_slot_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None while it is paused, and once it is removed or over."""
    revision: Mapped[int] = mapped_column(default=1)
    """Grows with each change: a form of an older one is refused."""
    created_by: Mapped[str] = mapped_column(SlackId)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def public_id(self) -> str:
        """How people call it."""
        return f"S-{self.number}"


class ScheduleRun(Base):
    """One firing of one schedule; the primary key lets the first process have it."""

    __tablename__ = "schedule_run"

    schedule: Mapped[str] = mapped_column(String(120), primary_key=True)
    """The id of a row of `schedule`, or the name of one that the code defines."""
    slot: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    """The scheduled moment, not the one it was noticed."""
    workspace_id: Mapped[str | None] = mapped_column(ForeignKey("workspace.id"))
    """Whose schedule it is; None for those that the code defines."""
    worker_id: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(16))
    """`running`, `done`, `failed` or `missed`."""
    problem: Mapped[str] = mapped_column(Text, default="")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
