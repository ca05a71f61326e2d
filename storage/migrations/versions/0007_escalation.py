"""Escalations with their frozen policies and next timers, and their timelines."""

import sqlalchemy as sa
from alembic import op

from storage.models.base import Json, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "escalation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("root_ts", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("impact", sa.Text(), nullable=False),
        sa.Column("tried", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("source_key", sa.String(length=200), nullable=True),
        sa.Column("source_url", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("opened_by", sa.String(length=40), nullable=False),
        sa.Column("policy", Json, nullable=False),
        sa.Column("hours", Json, nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("snoozed_until", UtcDateTime(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("due_kind", sa.String(length=24), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("resolution", sa.Text(), nullable=False),
        sa.Column("resolved_by", sa.String(length=40), nullable=True),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_escalation_workspace_id_workspace"
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_escalation_task_id_task"),
        sa.PrimaryKeyConstraint("id", name="pk_escalation"),
        sa.UniqueConstraint("workspace_id", "number", name="uq_escalation_workspace_id_number"),
        sa.UniqueConstraint(
            "workspace_id", "source_key", name="uq_escalation_workspace_id_source_key"
        ),
    )
    op.create_index("ix_escalation_task_id", "escalation", ["task_id"])
    op.create_index("ix_escalation_workspace_id_state", "escalation", ["workspace_id", "state"])
    op.create_index("ix_escalation_due_at", "escalation", ["due_at"])
    op.create_table(
        "escalation_event",
        sa.Column("escalation_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("by_id", sa.String(length=40), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("planned_at", UtcDateTime(), nullable=True),
        sa.Column("late_seconds", sa.Integer(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["escalation_id"],
            ["escalation.id"],
            name="fk_escalation_event_escalation_id_escalation",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_escalation_event_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("escalation_id", "seq", name="pk_escalation_event"),
    )
    op.create_index("ix_escalation_event_at", "escalation_event", ["at"])
    with op.batch_alter_table("workspace") as batch_op:
        batch_op.add_column(
            sa.Column("last_escalation_number", sa.Integer(), server_default="0", nullable=False)
        )


def downgrade() -> None:
    """Go one step back."""
    with op.batch_alter_table("workspace") as batch_op:
        batch_op.drop_column("last_escalation_number")
    op.drop_index("ix_escalation_event_at", "escalation_event")
    op.drop_table("escalation_event")
    op.drop_index("ix_escalation_due_at", "escalation")
    op.drop_index("ix_escalation_workspace_id_state", "escalation")
    op.drop_index("ix_escalation_task_id", "escalation")
    op.drop_table("escalation")
