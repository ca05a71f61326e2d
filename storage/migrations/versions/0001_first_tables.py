"""The first tables."""

import sqlalchemy as sa
from alembic import op

from storage.models.base import Json, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "workspace",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("last_task_number", sa.Integer(), nullable=False),
        sa.Column("last_decision_number", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workspace"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("noun", sa.String(length=32), nullable=False),
        sa.Column("noun_id", sa.String(length=64), nullable=False),
        sa.Column("details", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_audit_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    with op.batch_alter_table("audit") as batch_op:
        batch_op.create_index("ix_audit_workspace_id", ["workspace_id"], unique=False)

    op.create_table(
        "channel",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("surface", sa.String(length=16), nullable=False),
        sa.Column("settings", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_channel_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_channel"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("thread_ts", sa.String(length=32), nullable=True),
        sa.Column("task_id", sa.String(length=32), nullable=True),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("target_key", sa.String(length=200), nullable=True),
        sa.Column("payload", Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("claimed_by", sa.String(length=80), nullable=True),
        sa.Column("sent_ts", sa.String(length=32), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_outbox_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("workspace_id", "key", name="uq_outbox_workspace_id_key"),
    )
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.create_index("ix_outbox_state_not_before", ["state", "not_before"], unique=False)
        batch_op.create_index("ix_outbox_task_id", ["task_id"], unique=False)

    op.create_table(
        "receipt",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_receipt_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "key", name="pk_receipt"),
    )
    with op.batch_alter_table("receipt") as batch_op:
        batch_op.create_index("ix_receipt_received_at", ["received_at"], unique=False)

    op.create_table(
        "thread",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("root_ts", sa.String(length=32), nullable=False),
        sa.Column("mention_only", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_thread_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_thread"),
        sa.UniqueConstraint(
            "workspace_id",
            "channel_id",
            "root_ts",
            name="uq_thread_workspace_id_channel_id_root_ts",
        ),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("thread_id", sa.String(length=32), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("trusted", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name="fk_message_thread_id_thread"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_message_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint(
            "workspace_id", "channel_id", "ts", name="uq_message_workspace_id_channel_id_ts"
        ),
    )
    with op.batch_alter_table("message") as batch_op:
        batch_op.create_index("ix_message_thread_id_ts", ["thread_id", "ts"], unique=False)

    op.create_table(
        "task",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("thread_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("requester_id", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "accepted",
                "planning",
                "awaiting-approval",
                "working",
                "synthesising",
                "paused",
                "done",
                "stopped",
                "failed",
                name="taskstate",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("state_reason", sa.Text(), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("model", sa.String(length=16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("read_ts", sa.String(length=32), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("synthesis", Json, nullable=True),
        sa.Column("extra_budget_micros", sa.BigInteger(), nullable=False),
        sa.Column("stop_requested_by", sa.String(length=40), nullable=True),
        sa.Column("error_id", sa.String(length=16), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("resume_at", UtcDateTime(), nullable=True),
        sa.Column("give_up_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name="fk_task_thread_id_thread"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_task_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_task"),
        sa.UniqueConstraint("workspace_id", "number", name="uq_task_workspace_id_number"),
    )
    with op.batch_alter_table("task") as batch_op:
        batch_op.create_index("ix_task_resume_at", ["resume_at"], unique=False)
        batch_op.create_index("ix_task_thread_id", ["thread_id"], unique=False)
        batch_op.create_index("ix_task_workspace_id_state", ["workspace_id", "state"], unique=False)

    op.create_table(
        "decision",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("thread_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "changes-requested",
                "accepted",
                "rejected",
                "deprecated",
                "superseded",
                name="decisionstate",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("body", Json, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("review_by", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_decision_task_id_task"),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name="fk_decision_thread_id_thread"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_decision_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sa.UniqueConstraint("workspace_id", "number", name="uq_decision_workspace_id_number"),
    )
    with op.batch_alter_table("decision") as batch_op:
        batch_op.create_index("ix_decision_task_id", ["task_id"], unique=False)
        batch_op.create_index(
            "ix_decision_workspace_id_state", ["workspace_id", "state"], unique=False
        )

    op.create_table(
        "model_call",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=120), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("tokens_in", sa.Integer(), nullable=False),
        sa.Column("tokens_out", sa.Integer(), nullable=False),
        sa.Column("tokens_cached", sa.Integer(), nullable=False),
        sa.Column("reserved_micros", sa.BigInteger(), nullable=False),
        sa.Column("cost_micros", sa.BigInteger(), nullable=True),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("result", Json, nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_model_call_task_id_task"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_model_call_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_model_call"),
        sa.UniqueConstraint(
            "task_id", "step", "attempt", name="uq_model_call_task_id_step_attempt"
        ),
    )
    with op.batch_alter_table("model_call") as batch_op:
        batch_op.create_index(
            "ix_model_call_channel_id_started_at", ["channel_id", "started_at"], unique=False
        )
        batch_op.create_index(
            "ix_model_call_workspace_id_started_at", ["workspace_id", "started_at"], unique=False
        )

    op.create_table(
        "plan",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("pattern", sa.String(length=64), nullable=True),
        sa.Column("body", Json, nullable=False),
        sa.Column("estimate_micros", sa.BigInteger(), nullable=True),
        sa.Column("approved_by", sa.String(length=40), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_plan_task_id_task"),
        sa.PrimaryKeyConstraint("id", name="pk_plan"),
        sa.UniqueConstraint("task_id", "round", name="uq_plan_task_id_round"),
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("plan_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("specialist", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("phase", sa.Integer(), nullable=False),
        sa.Column("phase_title", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("depends_on", Json, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "failed",
                "cancelled",
                name="assignmentstate",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("output", Json, nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_assignment_plan_id_plan"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_assignment_task_id_task"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_assignment_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_assignment"),
        sa.UniqueConstraint("plan_id", "key", name="uq_assignment_plan_id_key"),
    )
    with op.batch_alter_table("assignment") as batch_op:
        batch_op.create_index(
            "ix_assignment_specialist_state", ["specialist", "state"], unique=False
        )
        batch_op.create_index("ix_assignment_task_id", ["task_id"], unique=False)


def downgrade() -> None:
    """Go one step back."""
    with op.batch_alter_table("assignment") as batch_op:
        batch_op.drop_index("ix_assignment_task_id")
        batch_op.drop_index("ix_assignment_specialist_state")

    op.drop_table("assignment")
    op.drop_table("plan")
    with op.batch_alter_table("model_call") as batch_op:
        batch_op.drop_index("ix_model_call_workspace_id_started_at")
        batch_op.drop_index("ix_model_call_channel_id_started_at")

    op.drop_table("model_call")
    with op.batch_alter_table("decision") as batch_op:
        batch_op.drop_index("ix_decision_workspace_id_state")
        batch_op.drop_index("ix_decision_task_id")

    op.drop_table("decision")
    with op.batch_alter_table("task") as batch_op:
        batch_op.drop_index("ix_task_workspace_id_state")
        batch_op.drop_index("ix_task_thread_id")
        batch_op.drop_index("ix_task_resume_at")

    op.drop_table("task")
    with op.batch_alter_table("message") as batch_op:
        batch_op.drop_index("ix_message_thread_id_ts")

    op.drop_table("message")
    op.drop_table("thread")
    with op.batch_alter_table("receipt") as batch_op:
        batch_op.drop_index("ix_receipt_received_at")

    op.drop_table("receipt")
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.drop_index("ix_outbox_task_id")
        batch_op.drop_index("ix_outbox_state_not_before")

    op.drop_table("outbox")
    op.drop_table("channel")
    with op.batch_alter_table("audit") as batch_op:
        batch_op.drop_index("ix_audit_workspace_id")

    op.drop_table("audit")
    op.drop_table("workspace")
