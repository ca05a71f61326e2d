"""Memory: entities, observations, relations, and the index that finds them."""

import sqlalchemy as sa
from alembic import op

from storage import memory_index
from storage.models.base import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "memory_entity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=True),
        sa.Column("thread_id", sa.String(length=32), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=True),
        sa.Column("forgotten_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_memory_entity_workspace_id_workspace"
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name="fk_memory_entity_thread_id_thread"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_memory_entity"),
        sa.UniqueConstraint(
            "workspace_id", "scope", "key", name="uq_memory_entity_workspace_id_scope_key"
        ),
        sa.UniqueConstraint(
            "workspace_id", "record_id", name="uq_memory_entity_workspace_id_record_id"
        ),
    )
    op.create_index(
        "ix_memory_entity_workspace_id_kind_updated_at",
        "memory_entity",
        ["workspace_id", "kind", "updated_at"],
    )
    op.create_index("ix_memory_entity_thread_id", "memory_entity", ["thread_id"])
    op.create_index("ix_memory_entity_workspace_id_ref", "memory_entity", ["workspace_id", "ref"])
    op.create_index("ix_memory_entity_workspace_id_key", "memory_entity", ["workspace_id", "key"])
    op.create_table(
        "memory_observation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("thread_id", sa.String(length=32), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.String(length=40), nullable=True),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("superseded_at", UtcDateTime(), nullable=True),
        sa.Column("superseded_by", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_memory_observation_workspace_id_workspace"
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"],
            ["memory_entity.id"],
            name="fk_memory_observation_entity_id_memory_entity",
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name="fk_memory_observation_thread_id_thread"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_memory_observation"),
    )
    op.create_index(
        "ix_memory_observation_entity_id_superseded_at",
        "memory_observation",
        ["entity_id", "superseded_at"],
    )
    op.create_index("ix_memory_observation_thread_id", "memory_observation", ["thread_id"])
    op.create_table(
        "memory_relation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("added_by", sa.String(length=40), nullable=True),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_memory_relation_workspace_id_workspace"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["memory_entity.id"], name="fk_memory_relation_source_id_memory_entity"
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["memory_entity.id"], name="fk_memory_relation_target_id_memory_entity"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_memory_relation"),
        sa.UniqueConstraint(
            "source_id", "target_id", "kind", name="uq_memory_relation_source_id_target_id_kind"
        ),
    )
    op.create_index("ix_memory_relation_target_id", "memory_relation", ["target_id"])
    memory_index.create()


def downgrade() -> None:
    """Go one step back."""
    memory_index.drop()
    op.drop_table("memory_relation")
    op.drop_table("memory_observation")
    op.drop_table("memory_entity")
