"""The audit log: who did what that matters, append-only."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Json, SlackId, UtcDateTime


class AuditEntry(Base):
    """One act: `actor_id` did `action` to `noun` `noun_id`."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[str] = mapped_column(SlackId)
    action: Mapped[str] = mapped_column(String(64))
    noun: Mapped[str] = mapped_column(String(32))
    noun_id: Mapped[str] = mapped_column(String(64))
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


class AuditRemoval(Base):
    """While it is there, entries older than `before` may be deleted: retention's own door.

    Triggers refuse every other change of the audit log (migration 0003). A row lives only inside
    the transaction that deletes, so that nobody else passes.
    """

    __tablename__ = "audit_removal"

    before: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
