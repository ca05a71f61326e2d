"""Forgetting: requests that a run carries out."""

import sqlalchemy as sa
from alembic import op

from storage.models.base import Json, UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "forgetting",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=8), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("pseudonym", sa.String(length=32), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("told_in", sa.String(length=40), nullable=False),
        sa.Column("direct_id", sa.String(length=40), nullable=False),
        sa.Column("places", Json, nullable=False),
        sa.Column("found", Json, nullable=True),
        sa.Column("removed", Json, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_forgetting_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_forgetting"),
    )
    still = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_forgetting_open",
        "forgetting",
        ["workspace_id", "subject", "subject_id"],
        unique=True,
        postgresql_where=still,
        sqlite_where=still,
    )
    op.create_index("ix_forgetting_due_at", "forgetting", ["due_at"])


def downgrade() -> None:
    """Go one step back."""
    op.drop_index("ix_forgetting_due_at", table_name="forgetting")
    op.drop_index("uq_forgetting_open", table_name="forgetting")
    op.drop_table("forgetting")
