"""Standups: runs, questions, who is asked, answers with their history, blockers carried over."""

import sqlalchemy as sa
from alembic import op

from storage.models.base import Json, UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "standup",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("schedule_id", sa.String(length=32), nullable=False),
        sa.Column("slot_key", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("opens_at", UtcDateTime(), nullable=False),
        sa.Column("closes_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_standup_workspace_id_workspace"
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name="fk_standup_schedule_id_schedule"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_standup"),
        sa.UniqueConstraint("schedule_id", "slot_key", name="uq_standup_schedule_id_slot_key"),
    )
    op.create_index("ix_standup_due_at", "standup", ["due_at"])
    op.create_index("ix_standup_workspace_id_channel_id", "standup", ["workspace_id", "channel_id"])
    op.create_table(
        "standup_question",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("standup_id", sa.String(length=32), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_standup_question_workspace_id_workspace"
        ),
        sa.ForeignKeyConstraint(
            ["standup_id"], ["standup.id"], name="fk_standup_question_standup_id_standup"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_standup_question"),
    )
    op.create_index("ix_standup_question_standup_id", "standup_question", ["standup_id"])
    op.create_index(
        "ix_standup_question_workspace_id_channel_id",
        "standup_question",
        ["workspace_id", "channel_id"],
    )
    op.create_table(
        "standup_member",
        sa.Column("standup_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("opens_at", UtcDateTime(), nullable=True),
        sa.Column("closes_at", UtcDateTime(), nullable=True),
        sa.Column("remind_at", UtcDateTime(), nullable=True),
        sa.Column("off", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["standup_id"], ["standup.id"], name="fk_standup_member_standup_id_standup"
        ),
        sa.PrimaryKeyConstraint("standup_id", "user_id", name="pk_standup_member"),
    )
    op.create_table(
        "standup_answer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("standup_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("history", Json, nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.Column("edited_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_standup_answer_workspace_id_workspace"
        ),
        sa.ForeignKeyConstraint(
            ["standup_id"], ["standup.id"], name="fk_standup_answer_standup_id_standup"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_standup_answer"),
        sa.UniqueConstraint(
            "standup_id",
            "user_id",
            "position",
            name="uq_standup_answer_standup_id_user_id_position",
        ),
    )
    op.create_table(
        "standup_blocker",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("standup_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.Column("decision_id", sa.String(length=32), nullable=True),
        sa.Column("escalation_id", sa.String(length=32), nullable=True),
        sa.Column("solved_by", sa.String(length=40), nullable=True),
        sa.Column("solved_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_standup_blocker_workspace_id_workspace"
        ),
        sa.ForeignKeyConstraint(
            ["standup_id"], ["standup.id"], name="fk_standup_blocker_standup_id_standup"
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name="fk_standup_blocker_decision_id_decision"
        ),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalation.id"], name="fk_standup_blocker_escalation_id_escalation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_standup_blocker"),
        sa.UniqueConstraint(
            "workspace_id", "number", name="uq_standup_blocker_workspace_id_number"
        ),
    )
    op.create_index("ix_standup_blocker_standup_id", "standup_blocker", ["standup_id"])
    op.create_index(
        "ix_standup_blocker_workspace_id_channel_id",
        "standup_blocker",
        ["workspace_id", "channel_id"],
    )


def downgrade() -> None:
    """Go one step back."""
    op.drop_index("ix_standup_blocker_standup_id", table_name="standup_blocker")
    op.drop_index("ix_standup_blocker_workspace_id_channel_id", table_name="standup_blocker")
    op.drop_table("standup_blocker")
    op.drop_table("standup_answer")
    op.drop_table("standup_member")
    op.drop_index("ix_standup_question_standup_id", table_name="standup_question")
    op.drop_index("ix_standup_question_workspace_id_channel_id", table_name="standup_question")
    op.drop_table("standup_question")
    op.drop_index("ix_standup_due_at", table_name="standup")
    op.drop_index("ix_standup_workspace_id_channel_id", table_name="standup")
    op.drop_table("standup")
