"""Vectors of what the memory holds."""

import sqlalchemy as sa
from alembic import op

from storage import embedding_triggers

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "embedding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("observation_id", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_embedding_workspace_id_workspace"
        ),
        sa.ForeignKeyConstraint(
            ["observation_id"],
            ["memory_observation.id"],
            name="fk_embedding_observation_id_memory_observation",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_embedding"),
        sa.UniqueConstraint("observation_id", name="uq_embedding_observation_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_embedding_workspace_id_made_by_id", "embedding", ["workspace_id", "made_by", "id"]
    )
    embedding_triggers.create()
    # A shell's key was one that a note's name could have.
    op.execute(
        "UPDATE memory_entity SET key = ' ' || key"
        " WHERE forgotten_at IS NOT NULL AND key LIKE 'forgotten %'"
    )


def downgrade() -> None:
    """Go one step back."""
    op.execute("UPDATE memory_entity SET key = ltrim(key) WHERE forgotten_at IS NOT NULL")
    embedding_triggers.drop()
    op.drop_table("embedding")
