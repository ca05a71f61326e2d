"""Throw-away worktrees in which specialists write and run."""

import sqlalchemy as sa
from alembic import op

from storage.models.base import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "worktree",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("repository", sa.String(length=40), nullable=False),
        sa.Column("base", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("approved_by", sa.String(length=40), nullable=False),
        sa.Column("patch", sa.LargeBinary(), nullable=True),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("branch", sa.String(length=80), nullable=False),
        sa.Column("branch_at", UtcDateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_worktree_task_id_task"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_worktree_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_worktree"),
        sa.UniqueConstraint(
            "task_id", "round", "repository", name="uq_worktree_task_id_round_repository"
        ),
    )
    op.create_index("ix_worktree_state", "worktree", ["state"], unique=False)
    op.create_index("ix_worktree_branch_at", "worktree", ["branch_at"], unique=False)
    with op.batch_alter_table("repository") as batch_op:
        batch_op.add_column(
            sa.Column("writable", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    with op.batch_alter_table("repository") as batch_op:
        batch_op.alter_column("writable", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    """Go one step back."""
    with op.batch_alter_table("repository") as batch_op:
        batch_op.drop_column("writable")
    op.drop_index("ix_worktree_branch_at", table_name="worktree")
    op.drop_index("ix_worktree_state", table_name="worktree")
    op.drop_table("worktree")
