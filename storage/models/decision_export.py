"""Decisions that are to be committed to the repository of records: one row a workspace."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, SlackId, UtcDateTime


class DecisionExport(Base):
    """What was settled is marked here in the same transaction; a tick commits it and notes that."""

    __tablename__ = "decision_export"
    __table_args__ = (Index("ix_decision_export_next_try_at", "next_try_at"),)

    workspace_id: Mapped[str] = mapped_column(SlackId, ForeignKey("workspace.id"), primary_key=True)
    wanted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When a decision last became one that the files must show."""
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """What was wanted up to here is committed."""
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None: nothing to do. A process that commits puts it off, so that no other does the same."""
    tries: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(Text, default="")
    """Why the last try failed, or what was left alone; for people."""
