"""Indexes that a person's and a channel's tasks of the last hour are counted by, not all tasks."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_WHOSE = ("requester_id", "channel_id")


def upgrade() -> None:
    """Go one step forward."""
    for whose in _WHOSE:
        op.create_index(
            f"ix_task_workspace_id_{whose}_created_at",
            "task",
            ["workspace_id", whose, "created_at"],
        )


def downgrade() -> None:
    """Go one step back."""
    for whose in _WHOSE:
        op.drop_index(f"ix_task_workspace_id_{whose}_created_at", table_name="task")
