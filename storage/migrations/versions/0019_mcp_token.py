"""Tokens by which other agents reach the MCP server."""

import sqlalchemy as sa
from alembic import op

from storage.models.base import Json, UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "mcp_token",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("scopes", Json, nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_mcp_token_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mcp_token"),
    )
    op.create_index("ix_mcp_token_digest", "mcp_token", ["digest"], unique=False)
    op.create_index(
        "ix_mcp_token_workspace_id_name", "mcp_token", ["workspace_id", "name"], unique=False
    )


def downgrade() -> None:
    """Go one step back."""
    op.drop_table("mcp_token")
