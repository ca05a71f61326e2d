"""Conflicts: several pieces of work that want one specialist, person, service or slot."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Json, SlackId, UtcDateTime, new_id


class Conflict(Base):
    """What is wanted by several; `capacity` is how many hours of it there are in `weeks` weeks."""

    __tablename__ = "conflict"
    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        Index("ix_conflict_workspace_id_state", "workspace_id", "state"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    """`specialist`, `person`, `service` or `slot`."""
    subject: Mapped[str] = mapped_column(String(80))
    capacity: Mapped[int]
    """Hours a week."""
    starts_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(16), default="open")
    """`open` or `resolved`."""
    revision: Mapped[int] = mapped_column(default=1)
    """Grows with each change of a claim: an option of an older card is refused."""
    opened_by: Mapped[str] = mapped_column(SlackId)
    resolution: Mapped[dict[str, Any] | None] = mapped_column(Json)
    resolved_by: Mapped[str | None] = mapped_column(SlackId)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision_id: Mapped[str | None] = mapped_column(ForeignKey("decision.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def public_id(self) -> str:
        """How people call it."""
        return f"C-{self.number}"


class ConflictClaim(Base):
    """One piece of work that wants the subject; what is None nobody has said yet."""

    __tablename__ = "conflict_claim"
    __table_args__ = (UniqueConstraint("conflict_id", "position"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    conflict_id: Mapped[str] = mapped_column(ForeignKey("conflict.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    task_id: Mapped[str | None] = mapped_column(ForeignKey("task.id"))
    hours: Mapped[int | None]
    impact: Mapped[int | None]
    complexity: Mapped[int | None]
    due_on: Mapped[date | None]
    flexible_days: Mapped[int | None]
    """How late it may be without harm."""
    note: Mapped[str] = mapped_column(Text, default="")
    said_by: Mapped[str | None] = mapped_column(SlackId)
    said_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ConflictNote(Base):
    """What the thread of a task or sprint was told unasked: which things others want, too."""

    __tablename__ = "conflict_note"
    __table_args__ = (
        UniqueConstraint("workspace_id", "claimant"),
        Index("ix_conflict_note_workspace_id_state", "workspace_id", "state"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    claimant: Mapped[str] = mapped_column(String(64))
    """`task:<id>` or `sprint:<id>`: one row each, whatever it wants."""
    number: Mapped[int] = mapped_column(default=0)
    """Counts the notes: a conflict that got worse is told in a new one."""
    state: Mapped[str] = mapped_column(String(16), default="open")
    """`open`, or `over`: nobody else wants any of it."""
    told: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """What the newest note names, each with by how many it was wanted when that was told."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
