"""Settings that people chose in Slack, over the environment's: per workspace, channel, user."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Json, SlackId, UtcDateTime


class SettingRow(Base):
    """One chosen value; `bot.domain.setting` says which names there are and what they take."""

    __tablename__ = "setting"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    scope: Mapped[str] = mapped_column(String(16), primary_key=True)
    """`workspace`, `channel` or `user`."""
    scope_id: Mapped[str] = mapped_column(SlackId, primary_key=True)
    """The channel's or the user's id; empty for the workspace."""
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(Json)
    set_by: Mapped[str] = mapped_column(SlackId)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
