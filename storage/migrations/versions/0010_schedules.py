"""Schedules of channels, whose runs they are, and who is away."""

import sqlalchemy as sa
from alembic import op

from storage.models.base import Json, UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_RUN_OWNER = "fk_schedule_run_workspace_id_workspace"


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "schedule",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("rule", Json, nullable=False),
        sa.Column("zones", Json, nullable=False),
        sa.Column("regions", Json, nullable=False),
        sa.Column("work_days", Json, nullable=False),
        sa.Column("days_off", Json, nullable=False),
        sa.Column("window_minutes", sa.Integer(), nullable=False),
        sa.Column("missed_hours", sa.Integer(), nullable=False),
        sa.Column("paused_at", UtcDateTime(), nullable=True),
        sa.Column("skip_until", UtcDateTime(), nullable=True),
        sa.Column("next_slot_at", UtcDateTime(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_schedule_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_schedule"),
        sa.UniqueConstraint("workspace_id", "number", name="uq_schedule_workspace_id_number"),
    )
    op.create_index("ix_schedule_next_slot_at", "schedule", ["next_slot_at"])
    op.create_index(
        "ix_schedule_workspace_id_channel_id", "schedule", ["workspace_id", "channel_id"]
    )
    with op.batch_alter_table("schedule_run") as batch_op:
        batch_op.add_column(sa.Column("workspace_id", sa.String(length=40), nullable=True))
        batch_op.create_foreign_key(_RUN_OWNER, "workspace", ["workspace_id"], ["id"])
    op.create_table(
        "away",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_away_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_away"),
        sa.UniqueConstraint(
            "workspace_id",
            "user_id",
            "source",
            "first_day",
            name="uq_away_workspace_id_user_id_source_first_day",
        ),
    )
    op.create_index("ix_away_workspace_id_last_day", "away", ["workspace_id", "last_day"])


def downgrade() -> None:
    """Go one step back."""
    op.drop_index("ix_away_workspace_id_last_day", table_name="away")
    op.drop_table("away")
    with op.batch_alter_table("schedule_run") as batch_op:
        batch_op.drop_constraint(_RUN_OWNER, type_="foreignkey")
        batch_op.drop_column("workspace_id")
    op.drop_index("ix_schedule_workspace_id_channel_id", table_name="schedule")
    op.drop_index("ix_schedule_next_slot_at", table_name="schedule")
    op.drop_table("schedule")
