"""Architecture reviews: the run, the points of its agenda, what they propose for the registers."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Json, SlackId, UtcDateTime, new_id


class ArchitectureReview(Base):
    """One review of one channel; its thread's task does the work."""

    __tablename__ = "architecture_review"
    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        UniqueConstraint("workspace_id", "slot_key"),
        Index("ix_architecture_review_due_at", "due_at"),
        Index("ix_architecture_review_workspace_id_channel_id", "workspace_id", "channel_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    thread_id: Mapped[str] = mapped_column(ForeignKey("thread.id"), index=True)
    number: Mapped[int]
    slot_key: Mapped[str] = mapped_column(String(160))
    """The schedule's slot, or the act of who began it: the same one opens one review."""
    state: Mapped[str] = mapped_column(String(16))
    """`planned`, `open`, `closing` (it is being summed up) or `closed`."""
    window_minutes: Mapped[int]
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    """What is new is told from this moment on."""
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it has to be looked at next; None once it is closed."""
    left_out: Mapped[list[str]] = mapped_column(Json, default=list)
    """The kinds of points that had nothing to speak of."""
    summary: Mapped[dict[str, Any] | None] = mapped_column(Json)
    model: Mapped[str] = mapped_column(String(80), default="")
    """What wrote the summary."""
    requested_by: Mapped[str | None] = mapped_column(SlackId)
    """Who began it; None: its schedule."""
    closed_by: Mapped[str | None] = mapped_column(SlackId)
    """Who ended the talk early; None: its time was over."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def public_id(self) -> str:
        """How people call it."""
        return f"AR-{self.number}"


class ArchitectureReviewPoint(Base):
    """One point: what the rows said when it was put on the agenda, and what came of it."""

    __tablename__ = "architecture_review_point"
    __table_args__ = (UniqueConstraint("review_id", "position"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    review_id: Mapped[str] = mapped_column(ForeignKey("architecture_review.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    specialist: Mapped[str] = mapped_column(String(64))
    agenda: Mapped[dict[str, Any]] = mapped_column(Json)
    output: Mapped[dict[str, Any] | None] = mapped_column(Json)
    problem: Mapped[str] = mapped_column(Text, default="")
    """Why there is no output."""
    model: Mapped[str] = mapped_column(String(80), default="")
    worked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ArchitectureReviewOutput(Base):
    """A change of a register that a review proposes; it counts once a person accepts it."""

    __tablename__ = "architecture_review_output"
    __table_args__ = (UniqueConstraint("review_id", "position"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    review_id: Mapped[str] = mapped_column(ForeignKey("architecture_review.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    """`debt`, `technology` or `target`."""
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(16))
    """`proposed`, `accepted` or `dismissed`."""
    result: Mapped[str] = mapped_column(String(80), default="")
    """What it became, as people call it."""
    decided_by: Mapped[str | None] = mapped_column(SlackId)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
