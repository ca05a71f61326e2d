"""Where the app is installed when it serves many workspaces; its tokens are sealed."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, SlackId, UtcDateTime


class Installation(Base):
    """One workspace's installation; the row outlives the app there until its rows are purged."""

    __tablename__ = "installation"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    app_id: Mapped[str] = mapped_column(SlackId, default="")
    enterprise_id: Mapped[str | None] = mapped_column(SlackId)
    bot_id: Mapped[str] = mapped_column(SlackId, default="")
    bot_user_id: Mapped[str] = mapped_column(SlackId, default="")
    scopes: Mapped[str] = mapped_column(Text, default="")
    """Comma-separated, as Slack gave them."""
    installed_by: Mapped[str] = mapped_column(SlackId, default="")
    installed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    bot_token: Mapped[str] = mapped_column(Text, default="")
    """Sealed (`bot.services.installation_seal`); empty: there is none."""
    refresh_token: Mapped[str] = mapped_column(Text, default="")
    """Sealed as well; empty where tokens do not expire."""
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None: the token never expires."""
    version: Mapped[int] = mapped_column(default=1)
    """Grows with each change of the tokens: who had the older ones sees that they are older."""
    refreshing_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until then one process asks for the next token, which Slack gives once."""
    problem: Mapped[str] = mapped_column(String(80), default="")
    """Slack's word for why there is no next token."""
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    removed_reason: Mapped[str] = mapped_column(String(40), default="")
    """`app_uninstalled` or `tokens_revoked`, the event that told; or `operator`."""


class OAuthState(Base):
    """A browser that was sent to Slack to install the app; taken back once, and only in time."""

    __tablename__ = "oauth_state"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the state: reading the table gives nobody a state that passes."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
