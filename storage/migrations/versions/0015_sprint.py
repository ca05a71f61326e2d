"""Sprints: items, votes, risks, integration tests, and the steps that planned them."""

import sqlalchemy as sa
from alembic import op

from storage.models.base import Json, UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "sprint",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("thread_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=True),
        sa.Column("hand_off_id", sa.String(length=32), nullable=True),
        sa.Column("slot_key", sa.String(length=120), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("goal", sa.String(length=300), nullable=False),
        sa.Column("requirements", sa.Text(), nullable=False),
        sa.Column("limits", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("people", Json, nullable=False),
        sa.Column("capacity", Json, nullable=False),
        sa.Column("accepted_by", sa.String(length=40), nullable=True),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", sa.String(length=40), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_sprint_workspace_id_workspace"
        ),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name="fk_sprint_thread_id_thread"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_sprint_task_id_task"),
        sa.ForeignKeyConstraint(
            ["hand_off_id"], ["hand_off.id"], name="fk_sprint_hand_off_id_hand_off"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sprint"),
        sa.UniqueConstraint("thread_id", name="uq_sprint_thread_id"),
        sa.UniqueConstraint("workspace_id", "number", name="uq_sprint_workspace_id_number"),
        sa.UniqueConstraint("workspace_id", "slot_key", name="uq_sprint_workspace_id_slot_key"),
    )
    op.create_index("ix_sprint_due_at", "sprint", ["due_at"])
    op.create_index("ix_sprint_workspace_id_channel_id", "sprint", ["workspace_id", "channel_id"])
    op.create_table(
        "sprint_step",
        sa.Column("sprint_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sprint_id"], ["sprint.id"], name="fk_sprint_step_sprint_id_sprint"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_sprint_step_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("sprint_id", "name", name="pk_sprint_step"),
    )
    op.create_table(
        "sprint_item",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("sprint_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("service", sa.String(length=80), nullable=False),
        sa.Column("specialists", Json, nullable=False),
        sa.Column("depends_on", Json, nullable=False),
        sa.Column("estimate", sa.Float(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("revealed_at", UtcDateTime(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("added_by", sa.String(length=40), nullable=True),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("task_id", sa.String(length=32), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_sprint_item_workspace_id_workspace"
        ),
        sa.ForeignKeyConstraint(
            ["sprint_id"], ["sprint.id"], name="fk_sprint_item_sprint_id_sprint"
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_sprint_item_task_id_task"),
        sa.PrimaryKeyConstraint("id", name="pk_sprint_item"),
        sa.UniqueConstraint("sprint_id", "position", name="uq_sprint_item_sprint_id_position"),
    )
    op.create_index("ix_sprint_item_workspace_id_state", "sprint_item", ["workspace_id", "state"])
    op.create_table(
        "sprint_vote",
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("voter", sa.String(length=64), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("sprint_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("basis", sa.String(length=120), nullable=False),
        sa.Column("voted_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["sprint_item.id"], name="fk_sprint_vote_item_id_sprint_item"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_sprint_vote_workspace_id_workspace"
        ),
        sa.ForeignKeyConstraint(
            ["sprint_id"], ["sprint.id"], name="fk_sprint_vote_sprint_id_sprint"
        ),
        sa.PrimaryKeyConstraint("item_id", "round", "voter", name="pk_sprint_vote"),
    )
    op.create_index("ix_sprint_vote_sprint_id", "sprint_vote", ["sprint_id"])
    op.create_table(
        "sprint_risk",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("sprint_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("mitigation", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_sprint_risk_workspace_id_workspace"
        ),
        sa.ForeignKeyConstraint(
            ["sprint_id"], ["sprint.id"], name="fk_sprint_risk_sprint_id_sprint"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sprint_risk"),
        sa.UniqueConstraint("sprint_id", "position", name="uq_sprint_risk_sprint_id_position"),
    )
    op.create_table(
        "sprint_test",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("sprint_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("items", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_sprint_test_workspace_id_workspace"
        ),
        sa.ForeignKeyConstraint(
            ["sprint_id"], ["sprint.id"], name="fk_sprint_test_sprint_id_sprint"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sprint_test"),
        sa.UniqueConstraint("sprint_id", "position", name="uq_sprint_test_sprint_id_position"),
    )


def downgrade() -> None:
    """Go one step back."""
    op.drop_table("sprint_test")
    op.drop_table("sprint_risk")
    op.drop_index("ix_sprint_vote_sprint_id", table_name="sprint_vote")
    op.drop_table("sprint_vote")
    op.drop_index("ix_sprint_item_workspace_id_state", table_name="sprint_item")
    op.drop_table("sprint_item")
    op.drop_table("sprint_step")
    op.drop_index("ix_sprint_due_at", table_name="sprint")
    op.drop_index("ix_sprint_workspace_id_channel_id", table_name="sprint")
    op.drop_table("sprint")
