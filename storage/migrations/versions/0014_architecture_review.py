"""Architecture reviews and the registers they keep."""

import sqlalchemy as sa
from alembic import op

from storage.models.base import Json, UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "architecture_review",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("thread_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("slot_key", sa.String(length=160), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("window_minutes", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("opens_at", UtcDateTime(), nullable=False),
        sa.Column("closes_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("left_out", Json, nullable=False),
        sa.Column("summary", Json, nullable=True),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("requested_by", sa.String(length=40), nullable=True),
        sa.Column("closed_by", sa.String(length=40), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name="fk_architecture_review_thread_id_thread"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_architecture_review_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_architecture_review"),
        sa.UniqueConstraint(
            "workspace_id", "number", name="uq_architecture_review_workspace_id_number"
        ),
        sa.UniqueConstraint(
            "workspace_id", "slot_key", name="uq_architecture_review_workspace_id_slot_key"
        ),
    )
    op.create_index("ix_architecture_review_due_at", "architecture_review", ["due_at"])
    op.create_index("ix_architecture_review_thread_id", "architecture_review", ["thread_id"])
    op.create_index(
        "ix_architecture_review_workspace_id_channel_id",
        "architecture_review",
        ["workspace_id", "channel_id"],
    )
    op.create_table(
        "architecture_review_point",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("review_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("specialist", sa.String(length=64), nullable=False),
        sa.Column("agenda", Json, nullable=False),
        sa.Column("output", Json, nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("worked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["architecture_review.id"],
            name="fk_architecture_review_point_review_id_architecture_review",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name="fk_architecture_review_point_workspace_id_workspace",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_architecture_review_point"),
        sa.UniqueConstraint(
            "review_id", "position", name="uq_architecture_review_point_review_id_position"
        ),
    )
    op.create_table(
        "architecture_review_output",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("review_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("result", sa.String(length=80), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["architecture_review.id"],
            name="fk_architecture_review_output_review_id_architecture_review",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name="fk_architecture_review_output_workspace_id_workspace",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_architecture_review_output"),
        sa.UniqueConstraint(
            "review_id", "position", name="uq_architecture_review_output_review_id_position"
        ),
    )
    op.create_table(
        "debt",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("service", sa.String(length=60), nullable=False),
        sa.Column("interest", sa.Text(), nullable=False),
        sa.Column("effort_days", sa.Integer(), nullable=True),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("ended_by", sa.String(length=40), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_debt_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_debt"),
        sa.UniqueConstraint("workspace_id", "number", name="uq_debt_workspace_id_number"),
    )
    op.create_index("ix_debt_workspace_id_state", "debt", ["workspace_id", "state"])
    op.create_table(
        "technology",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("ring", sa.String(length=16), nullable=False),
        sa.Column("moved_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_technology_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_technology"),
        sa.UniqueConstraint(
            "workspace_id", "scope", "key", name="uq_technology_workspace_id_scope_key"
        ),
    )
    op.create_table(
        "technology_move",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("technology_id", sa.String(length=32), nullable=False),
        sa.Column("was", sa.String(length=16), nullable=False),
        sa.Column("ring", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("moved_by", sa.String(length=40), nullable=False),
        sa.Column("moved_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["technology_id"], ["technology.id"], name="fk_technology_move_technology_id_technology"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_technology_move_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_technology_move"),
    )
    op.create_index("ix_technology_move_technology_id", "technology_move", ["technology_id"])
    op.create_table(
        "performance_target",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("service", sa.String(length=60), nullable=False),
        sa.Column("metric", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=130), nullable=False),
        sa.Column("comparison", sa.String(length=8), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("initiative", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("current", sa.Double(), nullable=True),
        sa.Column("measured_at", UtcDateTime(), nullable=True),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_performance_target_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_performance_target"),
        sa.UniqueConstraint(
            "workspace_id", "number", name="uq_performance_target_workspace_id_number"
        ),
    )
    op.create_index(
        "ix_performance_target_workspace_id_state", "performance_target", ["workspace_id", "state"]
    )
    op.create_table(
        "performance_measurement",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("target_id", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("measured_by", sa.String(length=40), nullable=False),
        sa.Column("measured_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["target_id"],
            ["performance_target.id"],
            name="fk_performance_measurement_target_id_performance_target",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name="fk_performance_measurement_workspace_id_workspace",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_performance_measurement"),
    )
    op.create_index(
        "ix_performance_measurement_target_id", "performance_measurement", ["target_id"]
    )


def downgrade() -> None:
    """Go one step back."""
    op.drop_index("ix_performance_measurement_target_id", table_name="performance_measurement")
    op.drop_table("performance_measurement")
    op.drop_index("ix_performance_target_workspace_id_state", table_name="performance_target")
    op.drop_table("performance_target")
    op.drop_index("ix_technology_move_technology_id", table_name="technology_move")
    op.drop_table("technology_move")
    op.drop_table("technology")
    op.drop_index("ix_debt_workspace_id_state", table_name="debt")
    op.drop_table("debt")
    op.drop_table("architecture_review_output")
    op.drop_table("architecture_review_point")
    op.drop_index("ix_architecture_review_due_at", table_name="architecture_review")
    op.drop_index("ix_architecture_review_thread_id", table_name="architecture_review")
    op.drop_index(
        "ix_architecture_review_workspace_id_channel_id", table_name="architecture_review"
    )
    op.drop_table("architecture_review")
