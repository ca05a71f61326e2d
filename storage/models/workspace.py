"""Workspaces and their channels: the scope that every other row belongs to."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Json, SlackId, UtcDateTime


class Workspace(Base):
    """One Slack workspace, or `local` for the terminal; hands out T- and D-numbers."""

    __tablename__ = "workspace"

    id: Mapped[str] = mapped_column(SlackId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    last_task_number: Mapped[int] = mapped_column(default=0)
    last_decision_number: Mapped[int] = mapped_column(default=0)
    last_escalation_number: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Channel(Base):
    """A channel that the bot has been addressed in, with its own settings over the defaults."""

    __tablename__ = "channel"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    id: Mapped[str] = mapped_column(SlackId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    is_private: Mapped[bool] = mapped_column(default=False)
    is_shared: Mapped[bool | None]
    """Whether people of other companies or workspaces read here; None: Slack did not say yet."""
    shared_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When Slack said so last."""
    surface: Mapped[str] = mapped_column(String(16), default="slack")
    """`slack` or `terminal`: where its news are shown."""
    settings: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
