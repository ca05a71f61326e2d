"""Facts that other systems measured."""

import sqlalchemy as sa
from alembic import op

from storage.models.base import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "measure_origin",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=140), nullable=False),
        sa.Column("service", sa.String(length=60), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name="fk_measure_origin_workspace_id_workspace",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "source", "name", name="pk_measure_origin"),
    )
    op.create_table(
        "deployment",
        sa.Column("environment", sa.String(length=100), nullable=False),
        sa.Column("is_production", sa.Boolean(), nullable=False),
        sa.Column("commit", sa.String(length=64), nullable=False),
        sa.Column("is_fix", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=True),
        sa.Column("succeeded_at", UtcDateTime(), nullable=True),
        sa.Column("failed_at", UtcDateTime(), nullable=True),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("version", sa.String(length=48), nullable=False),
        sa.Column("origin", sa.String(length=140), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_deployment_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "source", "key", name="pk_deployment"),
    )
    op.create_index(
        "ix_deployment_origin",
        "deployment",
        ["workspace_id", "source", "origin", "succeeded_at"],
        unique=False,
    )
    op.create_index(
        "ix_deployment_workspace_id_failed_at",
        "deployment",
        ["workspace_id", "failed_at"],
        unique=False,
    )
    op.create_index(
        "ix_deployment_workspace_id_succeeded_at",
        "deployment",
        ["workspace_id", "succeeded_at"],
        unique=False,
    )
    op.create_table(
        "pull_request",
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.Column("is_fix", sa.Boolean(), nullable=False),
        sa.Column("to_default", sa.Boolean(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=True),
        sa.Column("first_review_at", UtcDateTime(), nullable=True),
        sa.Column("approved_at", UtcDateTime(), nullable=True),
        sa.Column("merged_at", UtcDateTime(), nullable=True),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("version", sa.String(length=48), nullable=False),
        sa.Column("origin", sa.String(length=140), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_pull_request_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "source", "key", name="pk_pull_request"),
    )
    op.create_index(
        "ix_pull_request_origin",
        "pull_request",
        ["workspace_id", "source", "origin", "merged_at"],
        unique=False,
    )
    op.create_index(
        "ix_pull_request_workspace_id_first_review_at",
        "pull_request",
        ["workspace_id", "first_review_at"],
        unique=False,
    )
    op.create_index(
        "ix_pull_request_workspace_id_opened_at",
        "pull_request",
        ["workspace_id", "opened_at"],
        unique=False,
    )
    op.create_table(
        "incident_fact",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("detected_at", UtcDateTime(), nullable=True),
        sa.Column("acknowledged_at", UtcDateTime(), nullable=True),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("version", sa.String(length=48), nullable=False),
        sa.Column("origin", sa.String(length=140), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_incident_fact_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "source", "key", name="pk_incident_fact"),
    )
    op.create_index(
        "ix_incident_fact_workspace_id_detected_at",
        "incident_fact",
        ["workspace_id", "detected_at"],
        unique=False,
    )
    op.create_index(
        "ix_incident_fact_workspace_id_resolved_at",
        "incident_fact",
        ["workspace_id", "resolved_at"],
        unique=False,
    )
    op.create_table(
        "work_item",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("escaped", sa.Boolean(), nullable=False),
        sa.Column("points", sa.Double(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("version", sa.String(length=48), nullable=False),
        sa.Column("origin", sa.String(length=140), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_work_item_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "source", "key", name="pk_work_item"),
    )
    op.create_index(
        "ix_work_item_workspace_id_done_at", "work_item", ["workspace_id", "done_at"], unique=False
    )
    op.create_index(
        "ix_work_item_workspace_id_opened_at",
        "work_item",
        ["workspace_id", "opened_at"],
        unique=False,
    )
    op.create_table(
        "workflow_run",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("branch", sa.String(length=100), nullable=False),
        sa.Column("commit", sa.String(length=64), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("version", sa.String(length=48), nullable=False),
        sa.Column("origin", sa.String(length=140), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_workflow_run_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "source", "key", name="pk_workflow_run"),
    )
    op.create_index(
        "ix_workflow_run_commit",
        "workflow_run",
        ["workspace_id", "source", "origin", "commit"],
        unique=False,
    )
    op.create_index(
        "ix_workflow_run_workspace_id_ended_at",
        "workflow_run",
        ["workspace_id", "ended_at"],
        unique=False,
    )
    op.create_table(
        "measurement",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("service", sa.String(length=60), nullable=False),
        sa.Column("repository", sa.String(length=140), nullable=False),
        sa.Column("commit", sa.String(length=64), nullable=False),
        sa.Column("branch", sa.String(length=100), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_measurement_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_measurement"),
    )
    op.create_index(
        "ix_measurement_service_name_at",
        "measurement",
        ["workspace_id", "service", "name", "at"],
        unique=False,
    )
    op.create_index(
        "ix_measurement_workspace_id_name_at",
        "measurement",
        ["workspace_id", "name", "at"],
        unique=False,
    )
    op.create_index(
        "uq_measurement_workspace_id_digest", "measurement", ["workspace_id", "digest"], unique=True
    )


def downgrade() -> None:
    """Go one step back."""
    op.drop_table("measurement")
    op.drop_table("workflow_run")
    op.drop_table("work_item")
    op.drop_table("incident_fact")
    op.drop_table("pull_request")
    op.drop_table("deployment")
    op.drop_table("measure_origin")
