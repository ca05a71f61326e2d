"""What ran on schedule, each slot once whatever the number of processes."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, UtcDateTime


class ScheduleRun(Base):
    """One firing of one schedule; the primary key lets the first process have it."""

    __tablename__ = "schedule_run"

    schedule: Mapped[str] = mapped_column(String(120), primary_key=True)
    slot: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    """The scheduled moment, not the one it was noticed."""
    worker_id: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(16))
    """`running`, `done` or `failed`."""
    problem: Mapped[str] = mapped_column(Text, default="")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
