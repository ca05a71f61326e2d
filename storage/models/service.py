"""Services, who owns them, what depends on what, and architectures that were proposed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Json, SlackId, UtcDateTime, new_id


class Service(Base):
    """A service by its name; `scope` is the one private channel that knows it, or empty."""

    __tablename__ = "service"
    __table_args__ = (UniqueConstraint("workspace_id", "scope", "key"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    scope: Mapped[str] = mapped_column(SlackId, default="")
    key: Mapped[str] = mapped_column(String(60))
    """The name in lower case: how it is looked up."""
    name: Mapped[str] = mapped_column(String(60))
    about: Mapped[str] = mapped_column(String(300), default="")
    owner_id: Mapped[str | None] = mapped_column(SlackId)
    docs_url: Mapped[str] = mapped_column(String(500), default="")
    runbook_url: Mapped[str] = mapped_column(String(500), default="")
    created_by: Mapped[str] = mapped_column(SlackId)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ServiceDependency(Base):
    """`service_id` uses `needs_id`; a row that has ended is history."""

    __tablename__ = "service_dependency"
    __table_args__ = (
        Index("ix_service_dependency_service_id", "service_id"),
        Index("ix_service_dependency_needs_id", "needs_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    service_id: Mapped[str] = mapped_column(ForeignKey("service.id"))
    needs_id: Mapped[str] = mapped_column(ForeignKey("service.id"))
    kind: Mapped[str] = mapped_column(String(16))
    """`sync`, `async` or `data`."""
    source: Mapped[str] = mapped_column(String(40), default="")
    """What it comes from, as people call it, e.g. `T-12`; empty: somebody said so by command."""
    added_by: Mapped[str] = mapped_column(SlackId)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(SlackId)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Architecture(Base):
    """A proposed service architecture of a task; nothing of it counts before it is accepted."""

    __tablename__ = "architecture"
    __table_args__ = (UniqueConstraint("task_id", "round"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[str] = mapped_column(SlackId)
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"))
    round: Mapped[int]
    domain: Mapped[str] = mapped_column(String(200))
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    model: Mapped[str] = mapped_column(String(80))
    accepted_by: Mapped[str | None] = mapped_column(SlackId)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
