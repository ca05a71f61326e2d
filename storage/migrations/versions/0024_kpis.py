"""Surveys, and the indexes by which KPIs look at a time and not at all of history."""

import sqlalchemy as sa
from alembic import op

from storage.models.base import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_ENDED = (
    ("assignment", "ended_at"),
    ("decision", "decided_at"),
    ("hand_off", "due_at"),
    ("hand_off", "ended_at"),
    ("learning_item", "ended_at"),
    ("quality_gate", "at"),
    ("retro_action", "ended_at"),
    ("retro_lesson", "created_at"),
    ("sprint", "ended_at"),
    ("task", "ended_at"),
    ("technology_move", "moved_at"),
)
"""Tables and the moment that puts a row into a window."""


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "survey",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("slot_key", sa.String(length=120), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("ones", sa.Integer(), nullable=False),
        sa.Column("twos", sa.Integer(), nullable=False),
        sa.Column("threes", sa.Integer(), nullable=False),
        sa.Column("fours", sa.Integer(), nullable=False),
        sa.Column("fives", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=True),
        sa.Column("reminders_left", sa.Integer(), nullable=False),
        sa.Column("opens_at", UtcDateTime(), nullable=False),
        sa.Column("closes_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("opened_by", sa.String(length=40), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_survey_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_survey"),
        sa.UniqueConstraint("workspace_id", "number", name="uq_survey_workspace_id_number"),
        sa.UniqueConstraint("workspace_id", "slot_key", name="uq_survey_workspace_id_slot_key"),
    )
    op.create_index("ix_survey_due_at", "survey", ["due_at"])
    op.create_index("ix_survey_workspace_id_channel_id", "survey", ["workspace_id", "channel_id"])
    op.create_index("ix_survey_workspace_id_closed_at", "survey", ["workspace_id", "closed_at"])
    op.create_table(
        "survey_member",
        sa.Column("survey_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name="fk_survey_member_survey_id_survey"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_survey_member_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("survey_id", "user_id", name="pk_survey_member"),
    )
    for table, moment in _ENDED:
        op.create_index(f"ix_{table}_workspace_id_{moment}", table, ["workspace_id", moment])


def downgrade() -> None:
    """Go one step back."""
    for table, moment in reversed(_ENDED):
        op.drop_index(f"ix_{table}_workspace_id_{moment}", table_name=table)
    op.drop_table("survey_member")
    op.drop_table("survey")
