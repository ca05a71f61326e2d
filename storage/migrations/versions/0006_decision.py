"""Decision records: votes, links, due dates, affected services, imported files."""

from datetime import UTC, datetime, time
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

from storage.models.base import Json, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_MORNING = time(8, tzinfo=UTC)
"""What `bot.domain.decision.dues` said when this step was written."""

_NEW: dict[str, tuple[TypeEngine[Any], str | None]] = {
    "author_id": (sa.String(length=40), None),
    "quorum": (sa.Integer(), "1"),
    "rejection": (sa.String(length=8), "one"),
    "approvers": (Json, "[]"),
    "expires_on": (sa.Date(), None),
    "file_name": (sa.String(length=200), ""),
}
"""Column -> its type, and what the rows that are there get; None: nothing."""


def upgrade() -> None:
    """Go one step forward."""
    with op.batch_alter_table("decision") as batch_op:
        for name, (kind, given) in _NEW.items():
            batch_op.add_column(sa.Column(name, kind, server_default=given, nullable=given is None))
        batch_op.alter_column("thread_id", existing_type=sa.String(length=32), nullable=True)
    with op.batch_alter_table("decision") as batch_op:
        for name, (kind, given) in _NEW.items():
            if given is not None:
                batch_op.alter_column(name, existing_type=kind, server_default=None)
    _votes_and_links()
    _dues_and_relations()
    _sources()
    _fill()


def _votes_and_links() -> None:
    op.create_table(
        "decision_vote",
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("verdict", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        *_belongs("decision_vote"),
        sa.PrimaryKeyConstraint("decision_id", "revision", "user_id", name="pk_decision_vote"),
    )
    op.create_table(
        "decision_link",
        sa.Column("source_id", sa.String(length=32), nullable=False),
        sa.Column("target_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], ["decision.id"], name=f"fk_decision_link_{column}_decision"
            )
            for column in ("source_id", "target_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_decision_link_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("source_id", "target_id", "kind", name="pk_decision_link"),
    )
    op.create_index("ix_decision_link_target_id", "decision_link", ["target_id"])


def _dues_and_relations() -> None:
    op.create_table(
        "decision_due",
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name="fk_decision_due_decision_id_decision"
        ),
        sa.PrimaryKeyConstraint("decision_id", "kind", name="pk_decision_due"),
    )
    op.create_index("ix_decision_due_told_at_due_at", "decision_due", ["told_at", "due_at"])
    for table in ("decision_service", "decision_specialist"):
        op.create_table(
            table,
            sa.Column("decision_id", sa.String(length=32), nullable=False),
            sa.Column("name", sa.String(length=120), nullable=False),
            sa.Column("workspace_id", sa.String(length=40), nullable=False),
            *_belongs(table),
            sa.PrimaryKeyConstraint("decision_id", "name", name=f"pk_{table}"),
        )
        op.create_index(f"ix_{table}_workspace_id_name", table, ["workspace_id", "name"])


def _sources() -> None:
    op.create_table(
        "decision_source",
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("record_hash", sa.String(length=64), nullable=False),
        sa.Column("raw_status", sa.Text(), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("problems", Json, nullable=False),
        sa.Column("imported_at", UtcDateTime(), nullable=False),
        *_belongs("decision_source"),
        sa.PrimaryKeyConstraint("decision_id", name="pk_decision_source"),
        sa.UniqueConstraint(
            "workspace_id",
            "channel_id",
            "path",
            name="uq_decision_source_workspace_id_channel_id_path",
        ),
    )


def _belongs(table: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=f"fk_{table}_decision_id_decision"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=f"fk_{table}_workspace_id_workspace"
        ),
    )


def _fill() -> None:
    """Give the decisions that are there already their dates and relations."""
    old = sa.table(
        "decision",
        sa.column("id", sa.String()),
        sa.column("workspace_id", sa.String()),
        sa.column("state", sa.String()),
        sa.column("review_by", sa.Date()),
        sa.column("body", Json),
    )
    dues = sa.table(
        "decision_due",
        sa.column("decision_id", sa.String()),
        sa.column("kind", sa.String()),
        sa.column("due_at", UtcDateTime()),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(old)).all():
        if row.state == "accepted" and row.review_by is not None:
            moment = datetime.combine(row.review_by, _MORNING)
            due = {"decision_id": row.id, "kind": "review", "due_at": moment}
            connection.execute(sa.insert(dues).values(due))
        for field in ("service", "specialist"):
            table = sa.table(
                f"decision_{field}",
                *(sa.column(name, sa.String()) for name in ("decision_id", "name", "workspace_id")),
            )
            for name in sorted({str(item)[:120] for item in row.body.get(f"{field}s") or ()}):
                of = {"decision_id": row.id, "name": name, "workspace_id": row.workspace_id}
                connection.execute(sa.insert(table).values(of))


def downgrade() -> None:
    """Go one step back; decisions that stand in no thread, the imported ones, go with it."""
    for table in (
        "decision_source",
        "decision_specialist",
        "decision_service",
        "decision_due",
        "decision_link",
        "decision_vote",
    ):
        op.drop_table(table)
    op.execute("DELETE FROM decision WHERE thread_id IS NULL")
    with op.batch_alter_table("decision") as batch_op:
        batch_op.alter_column("thread_id", existing_type=sa.String(length=32), nullable=False)
        for column in _NEW:
            batch_op.drop_column(column)
