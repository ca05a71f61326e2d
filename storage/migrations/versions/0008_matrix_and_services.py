"""Technology matrices and the graph of services."""

import sqlalchemy as sa
from alembic import op

from storage.models.base import Json, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "matrix",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("thread_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("criteria", Json, nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("invited", Json, nullable=False),
        sa.Column("specialists", Json, nullable=False),
        sa.Column("revealed_at", UtcDateTime(), nullable=True),
        sa.Column("revealed_by", sa.String(length=40), nullable=True),
        sa.Column("decision_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name="fk_matrix_decision_id_decision"
        ),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name="fk_matrix_thread_id_thread"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_matrix_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_matrix"),
        sa.UniqueConstraint("workspace_id", "number", name="uq_matrix_workspace_id_number"),
    )
    op.create_index("ix_matrix_thread_id", "matrix", ["thread_id"], unique=False)
    op.create_table(
        "matrix_option",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("matrix_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["matrix_id"], ["matrix.id"], name="fk_matrix_option_matrix_id_matrix"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_matrix_option_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_matrix_option"),
        sa.UniqueConstraint("matrix_id", "position", name="uq_matrix_option_matrix_id_position"),
    )
    op.create_table(
        "matrix_score",
        sa.Column("option_id", sa.String(length=32), nullable=False),
        sa.Column("criterion", sa.String(length=60), nullable=False),
        sa.Column("scorer", sa.String(length=64), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("matrix_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("basis", sa.String(length=120), nullable=False),
        sa.Column("scored_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["matrix_id"], ["matrix.id"], name="fk_matrix_score_matrix_id_matrix"
        ),
        sa.ForeignKeyConstraint(
            ["option_id"], ["matrix_option.id"], name="fk_matrix_score_option_id_matrix_option"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_matrix_score_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("option_id", "criterion", "scorer", name="pk_matrix_score"),
    )
    op.create_index("ix_matrix_score_matrix_id", "matrix_score", ["matrix_id"], unique=False)
    op.create_table(
        "service",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("about", sa.String(length=300), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_service_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_service"),
        sa.UniqueConstraint(
            "workspace_id", "scope", "key", name="uq_service_workspace_id_scope_key"
        ),
    )
    op.create_table(
        "service_dependency",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("service_id", sa.String(length=32), nullable=False),
        sa.Column("needs_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("added_by", sa.String(length=40), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("ended_by", sa.String(length=40), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["needs_id"], ["service.id"], name="fk_service_dependency_needs_id_service"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name="fk_service_dependency_service_id_service"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name="fk_service_dependency_workspace_id_workspace",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_service_dependency"),
    )
    op.create_index(
        "ix_service_dependency_needs_id", "service_dependency", ["needs_id"], unique=False
    )
    op.create_index(
        "ix_service_dependency_service_id", "service_dependency", ["service_id"], unique=False
    )
    op.create_table(
        "architecture",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("domain", sa.String(length=200), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("accepted_by", sa.String(length=40), nullable=True),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_architecture_task_id_task"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_architecture_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_architecture"),
        sa.UniqueConstraint("task_id", "round", name="uq_architecture_task_id_round"),
    )


def downgrade() -> None:
    """Go one step back."""
    op.drop_table("architecture")
    op.drop_index("ix_service_dependency_needs_id", table_name="service_dependency")
    op.drop_index("ix_service_dependency_service_id", table_name="service_dependency")
    op.drop_table("service_dependency")
    op.drop_table("service")
    op.drop_index("ix_matrix_score_matrix_id", table_name="matrix_score")
    op.drop_table("matrix_score")
    op.drop_table("matrix_option")
    op.drop_index("ix_matrix_thread_id", table_name="matrix")
    op.drop_table("matrix")
