"""What people attach to a wish, and what they thought of the answer."""

import sqlalchemy as sa
from alembic import op

from storage.models.base import Json, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("thread_id", sa.String(length=32), nullable=False),
        sa.Column("message_ts", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("asker_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("source", Json, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_attachment_workspace_id_workspace"
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name="fk_attachment_thread_id_thread"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
        sa.UniqueConstraint(
            "workspace_id",
            "channel_id",
            "message_ts",
            "key",
            name="uq_attachment_workspace_id_channel_id_message_ts_key",
        ),
    )
    op.create_index("ix_attachment_thread_id_state", "attachment", ["thread_id", "state"])
    op.create_table(
        "feedback",
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_feedback_task_id_task"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_feedback_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("task_id", "round", "user_id", name="pk_feedback"),
    )
    op.create_index("ix_feedback_workspace_id", "feedback", ["workspace_id"])
    with op.batch_alter_table("message") as batch_op:
        batch_op.add_column(sa.Column("attached", sa.Integer(), server_default="0", nullable=False))
    with op.batch_alter_table("message") as batch_op:
        batch_op.alter_column("attached", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    """Go one step back."""
    with op.batch_alter_table("message") as batch_op:
        batch_op.drop_column("attached")
    op.drop_index("ix_feedback_workspace_id", "feedback")
    op.drop_table("feedback")
    op.drop_index("ix_attachment_thread_id_state", "attachment")
    op.drop_table("attachment")
