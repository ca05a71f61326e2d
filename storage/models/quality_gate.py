"""Quality gates: limits that people set, results, waivers, and where results are told."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Json, SlackId, UtcDateTime, new_id


class QualityRule(Base):
    """A limit that somebody set: of a service, of a repository, or of both empty for all.

    `scope` is the one private channel that knows the service, or empty.
    """

    __tablename__ = "quality_rule"
    __table_args__ = (
        UniqueConstraint(
            *("workspace_id", "scope", "repository", "service", "check_name"),
            name="uq_quality_rule_of",
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    scope: Mapped[str] = mapped_column(SlackId, default="")
    repository: Mapped[str] = mapped_column(String(140), default="")
    service: Mapped[str] = mapped_column(String(60), default="")
    """The service's key."""
    check_name: Mapped[str] = mapped_column(String(24))
    value: Mapped[float | None]
    """None: not asked here."""
    set_by: Mapped[str] = mapped_column(SlackId)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class QualityGate(Base):
    """One result of a repository or service; the same result of the same commit is one row."""

    __tablename__ = "quality_gate"
    __table_args__ = (
        UniqueConstraint("workspace_id", "digest"),
        Index("ix_quality_gate_of", "workspace_id", "service", "repository", "at"),
        Index("ix_quality_gate_workspace_id_at", "workspace_id", "at"),
        # Each place's newest result of its main branch, seen from the index alone.
        Index(
            "ix_quality_gate_main",
            "workspace_id",
            "scope",
            "repository",
            "service",
            "is_main",
            "at",
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    scope: Mapped[str] = mapped_column(SlackId, default="")
    repository: Mapped[str] = mapped_column(String(140), default="")
    service: Mapped[str] = mapped_column(String(60), default="")
    commit: Mapped[str] = mapped_column(String(64), default="")
    branch: Mapped[str] = mapped_column(String(100), default="")
    is_main: Mapped[bool]
    """Others are compared with it."""
    state: Mapped[str] = mapped_column(String(16))
    """`met`, `missed` or `not measured`."""
    checks: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    """Each check: its state, value, limit, why, and whether it keeps the gate shut."""
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class QualityGatePlace(Base):
    """The channel whose thread is told the results of a service or repository."""

    __tablename__ = "quality_gate_place"
    __table_args__ = (
        UniqueConstraint(
            *("workspace_id", "scope", "repository", "service"), name="uq_quality_gate_place_of"
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    scope: Mapped[str] = mapped_column(SlackId, default="")
    repository: Mapped[str] = mapped_column(String(140), default="")
    service: Mapped[str] = mapped_column(String(60), default="")
    channel_id: Mapped[str] = mapped_column(SlackId)
    set_by: Mapped[str] = mapped_column(SlackId)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Waiver(Base):
    """Somebody answers for a check that is missed, until a day; ended ones are history."""

    __tablename__ = "waiver"
    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        Index("ix_waiver_of", "workspace_id", "service", "repository"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    scope: Mapped[str] = mapped_column(SlackId, default="")
    number: Mapped[int]
    repository: Mapped[str] = mapped_column(String(140), default="")
    service: Mapped[str] = mapped_column(String(60), default="")
    check_name: Mapped[str] = mapped_column(String(24))
    owner_id: Mapped[str] = mapped_column(SlackId)
    reason: Mapped[str] = mapped_column(Text)
    until: Mapped[date]
    """Its last day."""
    created_by: Mapped[str] = mapped_column(SlackId)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(SlackId)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def public_id(self) -> str:
        """How people call it."""
        return f"W-{self.number}"
