"""What was told of conflicts unasked, decisions to be committed, an index of tasks by their day.

A withdrawn hand-off is a new word in a text column that has no list of words to keep to.
"""

import sqlalchemy as sa
from alembic import op

from storage.models.base import Json, UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "conflict_note",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("claimant", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("told", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_conflict_note_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_conflict_note"),
        sa.UniqueConstraint(
            "workspace_id", "claimant", name="uq_conflict_note_workspace_id_claimant"
        ),
    )
    op.create_index(
        "ix_conflict_note_workspace_id_state", "conflict_note", ["workspace_id", "state"]
    )
    op.create_table(
        "decision_export",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("wanted_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("next_try_at", UtcDateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_decision_export_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_decision_export"),
    )
    op.create_index("ix_decision_export_next_try_at", "decision_export", ["next_try_at"])
    op.create_index("ix_task_workspace_id_created_at", "task", ["workspace_id", "created_at"])


def downgrade() -> None:
    """Go one step back."""
    op.drop_index("ix_task_workspace_id_created_at", table_name="task")
    op.drop_index("ix_decision_export_next_try_at", table_name="decision_export")
    op.drop_table("decision_export")
    op.drop_index("ix_conflict_note_workspace_id_state", table_name="conflict_note")
    op.drop_table("conflict_note")
