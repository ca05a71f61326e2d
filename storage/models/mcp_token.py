"""Tokens by which other programs reach the MCP server; the secret itself is stored nowhere."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Json, SlackId, UtcDateTime, new_id


class McpToken(Base):
    """One token: whose it is, what it may do and until when."""

    __tablename__ = "mcp_token"
    __table_args__ = (
        Index("ix_mcp_token_digest", "digest"),
        Index("ix_mcp_token_workspace_id_name", "workspace_id", "name"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    name: Mapped[str] = mapped_column(String(32))
    """One of its kind in the workspace among those that are not revoked."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the secret."""
    scopes: Mapped[list[str]] = mapped_column(Json)
    user_id: Mapped[str] = mapped_column(SlackId, default="")
    """Whose it is; empty: the workspace's, which sees what everybody there may see."""
    created_by: Mapped[str] = mapped_column(SlackId)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was last used, to the minute."""
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
