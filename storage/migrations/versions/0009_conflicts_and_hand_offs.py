"""Resource conflicts and hand-offs between teams."""

import sqlalchemy as sa
from alembic import op

from storage.models.base import Json, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "conflict",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.String(length=40), nullable=False),
        sa.Column("resolution", Json, nullable=True),
        sa.Column("resolved_by", sa.String(length=40), nullable=True),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("decision_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name="fk_conflict_decision_id_decision"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_conflict_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_conflict"),
        sa.UniqueConstraint("workspace_id", "number", name="uq_conflict_workspace_id_number"),
    )
    op.create_index(
        "ix_conflict_workspace_id_state", "conflict", ["workspace_id", "state"], unique=False
    )
    op.create_table(
        "conflict_claim",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("conflict_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=True),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("impact", sa.Integer(), nullable=True),
        sa.Column("complexity", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("flexible_days", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("said_by", sa.String(length=40), nullable=True),
        sa.Column("said_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conflict_id"], ["conflict.id"], name="fk_conflict_claim_conflict_id_conflict"
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_conflict_claim_task_id_task"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_conflict_claim_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_conflict_claim"),
        sa.UniqueConstraint(
            "conflict_id", "position", name="uq_conflict_claim_conflict_id_position"
        ),
    )
    op.create_table(
        "hand_off",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("team_channel_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("team", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "accepted",
                "done",
                "declined",
                name="handoffstate",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.String(length=40), nullable=False),
        sa.Column("answered_by", sa.String(length=40), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("remind_at", UtcDateTime(), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_hand_off_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_hand_off"),
        sa.UniqueConstraint("workspace_id", "number", name="uq_hand_off_workspace_id_number"),
    )
    op.create_index("ix_hand_off_remind_at", "hand_off", ["remind_at"], unique=False)
    op.create_index(
        "ix_hand_off_workspace_id_state", "hand_off", ["workspace_id", "state"], unique=False
    )


def downgrade() -> None:
    """Go one step back."""
    op.drop_index("ix_hand_off_remind_at", table_name="hand_off")
    op.drop_index("ix_hand_off_workspace_id_state", table_name="hand_off")
    op.drop_table("hand_off")
    op.drop_table("conflict_claim")
    op.drop_index("ix_conflict_workspace_id_state", table_name="conflict")
    op.drop_table("conflict")
