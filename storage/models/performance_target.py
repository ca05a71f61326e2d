"""Performance targets of services, what was measured, and what is done to reach them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, SlackId, UtcDateTime, new_id


class PerformanceTarget(Base):
    """A service's metric with the value it must keep; `initiative` says what is done for it."""

    __tablename__ = "performance_target"
    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        Index("ix_performance_target_workspace_id_state", "workspace_id", "state"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    number: Mapped[int]
    service: Mapped[str] = mapped_column(String(60))
    metric: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(130))
    """Service and metric in lower case: how it is looked up."""
    comparison: Mapped[str] = mapped_column(String(8))
    """`most` or `least`."""
    value: Mapped[float]
    unit: Mapped[str] = mapped_column(String(16), default="")
    initiative: Mapped[str] = mapped_column(Text, default="")
    owner_id: Mapped[str | None] = mapped_column(SlackId)
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(16), default="open")
    """`open` or `dropped`."""
    source: Mapped[str] = mapped_column(String(40), default="")
    current: Mapped[float | None]
    """As it was measured last."""
    measured_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(SlackId)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def public_id(self) -> str:
        """How people call it."""
        return f"P-{self.number}"


class PerformanceMeasurement(Base):
    """One value that somebody measured."""

    __tablename__ = "performance_measurement"
    __table_args__ = (Index("ix_performance_measurement_target_id", "target_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    target_id: Mapped[str] = mapped_column(ForeignKey("performance_target.id"))
    value: Mapped[float]
    measured_by: Mapped[str] = mapped_column(SlackId)
    measured_at: Mapped[datetime] = mapped_column(UtcDateTime)
