"""When work on a branch began, for the lead time of the change that it became."""

import sqlalchemy as sa
from alembic import op

from storage.models.base import UtcDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "branch_start",
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("first_commit_at", UtcDateTime(), nullable=True),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("version", sa.String(length=48), nullable=False),
        sa.Column("origin", sa.String(length=140), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_branch_start_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "source", "key", name="pk_branch_start"),
    )
    op.create_index(
        "ix_branch_start_head",
        "branch_start",
        ["workspace_id", "source", "head", "first_commit_at"],
        unique=False,
    )
    op.create_index(
        "ix_branch_start_first_commit_at", "branch_start", ["first_commit_at"], unique=False
    )
    op.add_column("pull_request", sa.Column("head", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Go one step back."""
    op.drop_column("pull_request", "head")
    op.drop_index("ix_branch_start_first_commit_at", table_name="branch_start")
    op.drop_index("ix_branch_start_head", table_name="branch_start")
    op.drop_table("branch_start")
