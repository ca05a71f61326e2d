"""Retrospectives, tracked actions, lessons, assessments, learning plans."""

import sqlalchemy as sa
from alembic import op

from storage.models.base import Json, UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "retrospective",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("schedule_id", sa.String(length=32), nullable=True),
        sa.Column("slot_key", sa.String(length=120), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("columns", Json, nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=True),
        sa.Column("voters", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("opens_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("opened_by", sa.String(length=40), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_retrospective_workspace_id_workspace"
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name="fk_retrospective_schedule_id_schedule"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_retrospective"),
        sa.UniqueConstraint("workspace_id", "number", name="uq_retrospective_workspace_id_number"),
        sa.UniqueConstraint(
            "workspace_id", "slot_key", name="uq_retrospective_workspace_id_slot_key"
        ),
    )
    op.create_index("ix_retrospective_due_at", "retrospective", ["due_at"])
    op.create_index(
        "ix_retrospective_workspace_id_channel_id", "retrospective", ["workspace_id", "channel_id"]
    )
    op.create_table(
        "retro_group",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("retrospective_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_retro_group_workspace_id_workspace"
        ),
        sa.ForeignKeyConstraint(
            ["retrospective_id"],
            ["retrospective.id"],
            name="fk_retro_group_retrospective_id_retrospective",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_retro_group"),
    )
    op.create_index("ix_retro_group_retrospective_id", "retro_group", ["retrospective_id"])
    op.create_table(
        "retro_card",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("retrospective_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_retro_card_workspace_id_workspace"
        ),
        sa.ForeignKeyConstraint(
            ["retrospective_id"],
            ["retrospective.id"],
            name="fk_retro_card_retrospective_id_retrospective",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["retro_group.id"], name="fk_retro_card_group_id_retro_group"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_retro_card"),
    )
    op.create_index("ix_retro_card_retrospective_id", "retro_card", ["retrospective_id"])
    op.create_table(
        "retro_vote",
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("voter", sa.String(length=64), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("retrospective_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["retro_group.id"], name="fk_retro_vote_group_id_retro_group"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_retro_vote_workspace_id_workspace"
        ),
        sa.ForeignKeyConstraint(
            ["retrospective_id"],
            ["retrospective.id"],
            name="fk_retro_vote_retrospective_id_retrospective",
        ),
        sa.PrimaryKeyConstraint("group_id", "voter", name="pk_retro_vote"),
    )
    op.create_table(
        "retro_action",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("retrospective_id", sa.String(length=32), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", sa.String(length=40), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("remind_at", UtcDateTime(), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_retro_action_workspace_id_workspace"
        ),
        sa.ForeignKeyConstraint(
            ["retrospective_id"],
            ["retrospective.id"],
            name="fk_retro_action_retrospective_id_retrospective",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_retro_action"),
        sa.UniqueConstraint("workspace_id", "number", name="uq_retro_action_workspace_id_number"),
    )
    op.create_index("ix_retro_action_remind_at", "retro_action", ["remind_at"])
    op.create_index(
        "ix_retro_action_workspace_id_channel_id", "retro_action", ["workspace_id", "channel_id"]
    )
    op.create_table(
        "retro_lesson",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("retrospective_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_retro_lesson_workspace_id_workspace"
        ),
        sa.ForeignKeyConstraint(
            ["retrospective_id"],
            ["retrospective.id"],
            name="fk_retro_lesson_retrospective_id_retrospective",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_retro_lesson"),
    )
    op.create_index("ix_retro_lesson_retrospective_id", "retro_lesson", ["retrospective_id"])
    op.create_index(
        "ix_retro_lesson_workspace_id_channel_id", "retro_lesson", ["workspace_id", "channel_id"]
    )
    op.create_table(
        "assessment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("slot_key", sa.String(length=120), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("reading", Json, nullable=True),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=True),
        sa.Column("asked_by", sa.String(length=40), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_assessment_workspace_id_workspace"
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_assessment_task_id_task"),
        sa.PrimaryKeyConstraint("id", name="pk_assessment"),
        sa.UniqueConstraint("workspace_id", "number", name="uq_assessment_workspace_id_number"),
        sa.UniqueConstraint("workspace_id", "slot_key", name="uq_assessment_workspace_id_slot_key"),
    )
    op.create_index(
        "ix_assessment_workspace_id_channel_id", "assessment", ["workspace_id", "channel_id"]
    )
    op.create_table(
        "learning_item",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=True),
        sa.Column("specialist", sa.String(length=64), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("ended_by", sa.String(length=40), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("remind_at", UtcDateTime(), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_learning_item_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_learning_item"),
        sa.UniqueConstraint("workspace_id", "number", name="uq_learning_item_workspace_id_number"),
    )
    op.create_index("ix_learning_item_remind_at", "learning_item", ["remind_at"])
    op.create_index(
        "ix_learning_item_workspace_id_channel_id", "learning_item", ["workspace_id", "channel_id"]
    )


def downgrade() -> None:
    """Go one step back."""
    op.drop_index("ix_learning_item_remind_at", table_name="learning_item")
    op.drop_index("ix_learning_item_workspace_id_channel_id", table_name="learning_item")
    op.drop_table("learning_item")
    op.drop_index("ix_assessment_workspace_id_channel_id", table_name="assessment")
    op.drop_table("assessment")
    op.drop_index("ix_retro_lesson_retrospective_id", table_name="retro_lesson")
    op.drop_index("ix_retro_lesson_workspace_id_channel_id", table_name="retro_lesson")
    op.drop_table("retro_lesson")
    op.drop_index("ix_retro_action_remind_at", table_name="retro_action")
    op.drop_index("ix_retro_action_workspace_id_channel_id", table_name="retro_action")
    op.drop_table("retro_action")
    op.drop_table("retro_vote")
    op.drop_index("ix_retro_card_retrospective_id", table_name="retro_card")
    op.drop_table("retro_card")
    op.drop_index("ix_retro_group_retrospective_id", table_name="retro_group")
    op.drop_table("retro_group")
    op.drop_index("ix_retrospective_due_at", table_name="retrospective")
    op.drop_index("ix_retrospective_workspace_id_channel_id", table_name="retrospective")
    op.drop_table("retrospective")
