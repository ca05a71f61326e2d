"""What several processes share: who may start what, the pace, who they are, what ran."""

import sqlalchemy as sa
from alembic import op

from storage.models.base import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_LANES = """
UPDATE outbox SET
  lane = CASE
    WHEN method IN ('chat.postMessage', 'files.upload')
      THEN 'post ' || workspace_id || ' ' || channel_id
    WHEN method = 'chat.update' THEN 'edit ' || workspace_id || ' ' || coalesce(target_key, key)
    ELSE 'call ' || workspace_id || ' ' || key END,
  bucket = workspace_id || ' ' || method
    || CASE WHEN method = 'chat.postMessage' THEN ' ' || channel_id ELSE '' END
"""
"""What `bot.domain.lanes` said when this step was written."""


def upgrade() -> None:
    """Go one step forward."""
    with op.batch_alter_table("task") as batch_op:
        batch_op.add_column(sa.Column("priority", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(
            sa.Column("started_run", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.create_index("ix_task_state_started_run", ["state", "started_run"])
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.add_column(sa.Column("view", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("lane", sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column("bucket", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("lease_until", UtcDateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("problem_code", sa.String(length=40), server_default="", nullable=False)
        )
        batch_op.drop_index("ix_outbox_state_not_before")
    op.execute(_LANES)
    # A row that was being sent has no lease: it counts as over.
    op.execute("UPDATE outbox SET lease_until = created_at WHERE state = 'sending'")
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.alter_column("lane", existing_type=sa.String(length=300), nullable=False)
        batch_op.alter_column("bucket", existing_type=sa.String(length=200), nullable=False)
        batch_op.alter_column(
            "problem_code", existing_type=sa.String(length=40), server_default=None
        )
    still, dead = sa.text("state IN ('pending', 'sending')"), sa.text("state = 'dead'")
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["lane", "id", "state"],
        postgresql_where=still,
        sqlite_where=still,
    )
    op.create_index(
        "ix_outbox_dead",
        "outbox",
        ["workspace_id", "channel_id"],
        postgresql_where=dead,
        sqlite_where=dead,
    )
    with op.batch_alter_table("model_call") as batch_op:
        batch_op.add_column(sa.Column("worker_id", sa.String(length=80), nullable=True))
    op.create_table(
        "rate_bucket",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("held_until", UtcDateTime(), nullable=True),
        sa.Column("free_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_rate_bucket"),
    )
    op.create_table(
        "worker",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("host", sa.String(length=200), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("stopped_at", UtcDateTime(), nullable=True),
        sa.Column("running", sa.Integer(), nullable=False),
        sa.Column("took_over", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_worker"),
    )
    op.create_table(
        "schedule_run",
        sa.Column("schedule", sa.String(length=120), nullable=False),
        sa.Column("slot", UtcDateTime(), nullable=False),
        sa.Column("worker_id", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("schedule", "slot", name="pk_schedule_run"),
    )


def downgrade() -> None:
    """Go one step back."""
    op.drop_table("schedule_run")
    op.drop_table("worker")
    op.drop_table("rate_bucket")
    op.drop_index("ix_outbox_dead", "outbox")
    op.drop_index("ix_outbox_waiting", "outbox")
    with op.batch_alter_table("model_call") as batch_op:
        batch_op.drop_column("worker_id")
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.create_index("ix_outbox_state_not_before", ["state", "not_before"])
        for column in ("problem_code", "lease_until", "bucket", "lane", "view"):
            batch_op.drop_column(column)
    with op.batch_alter_table("task") as batch_op:
        batch_op.drop_index("ix_task_state_started_run")
        batch_op.drop_column("started_run")
        batch_op.drop_column("priority")
