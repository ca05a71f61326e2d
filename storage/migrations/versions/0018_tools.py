"""Tool servers, the calls made to them, and repositories of code."""

import sqlalchemy as sa
from alembic import op

from storage.models.base import Json, UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "repository",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("fetched_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_repository_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_repository"),
        sa.UniqueConstraint("workspace_id", "name", name="uq_repository_workspace_id_name"),
    )
    op.create_table(
        "tool_server",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("command", Json, nullable=True),
        sa.Column("env", Json, nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("permissions", Json, nullable=False),
        sa.Column("tools", Json, nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.Column("check_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_tool_server_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tool_server"),
        sa.UniqueConstraint("workspace_id", "name", name="uq_tool_server_workspace_id_name"),
    )
    op.create_index("ix_tool_server_check_at", "tool_server", ["check_at"], unique=False)
    op.create_table(
        "tool_call",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("specialist", sa.String(length=80), nullable=False),
        sa.Column("server", sa.String(length=32), nullable=False),
        sa.Column("tool", sa.String(length=120), nullable=False),
        sa.Column("permission", sa.String(length=8), nullable=False),
        sa.Column("arguments_hash", sa.String(length=64), nullable=False),
        sa.Column("arguments_size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.String(length=80), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("result_size", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("ask_until", UtcDateTime(), nullable=True),
        sa.Column("answered_by", sa.String(length=40), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_tool_call_task_id_task"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_tool_call_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tool_call"),
        sa.UniqueConstraint(
            "task_id", "step", "position", name="uq_tool_call_task_id_step_position"
        ),
    )
    op.create_index(
        "ix_tool_call_workspace_id_created_at",
        "tool_call",
        ["workspace_id", "created_at"],
        unique=False,
    )


def downgrade() -> None:
    """Go one step back."""
    op.drop_table("tool_call")
    op.drop_table("tool_server")
    op.drop_table("repository")
