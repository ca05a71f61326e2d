"""Quality gates: limits, results, places, waivers; where a service is written up."""

import sqlalchemy as sa
from alembic import op

from storage.models.base import Json, UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_LINKS = ("docs_url", "runbook_url")


def _whose() -> list[sa.Column[str]]:
    return [
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("repository", sa.String(length=140), nullable=False),
        sa.Column("service", sa.String(length=60), nullable=False),
    ]


def _keys(table: str, *unique: str, name: str = "") -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=f"fk_{table}_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint(*unique, name=name or f"uq_{table}_{'_'.join(unique)}"),
    ]


def upgrade() -> None:
    """Go one step forward."""
    link = sa.String(length=500)
    with op.batch_alter_table("service") as batch:
        for name in _LINKS:
            batch.add_column(sa.Column(name, link, server_default="", nullable=False))
    with op.batch_alter_table("service") as batch:
        for name in _LINKS:
            batch.alter_column(name, existing_type=link, server_default=None)
    op.create_table(
        "quality_rule",
        *_whose(),
        sa.Column("check_name", sa.String(length=24), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("set_by", sa.String(length=40), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        *_keys(
            "quality_rule",
            "workspace_id",
            "scope",
            "repository",
            "service",
            "check_name",
            name="uq_quality_rule_of",
        ),
    )
    op.create_table(
        "quality_gate",
        *_whose(),
        sa.Column("commit", sa.String(length=64), nullable=False),
        sa.Column("branch", sa.String(length=100), nullable=False),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("checks", Json, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        *_keys("quality_gate", "workspace_id", "digest"),
    )
    op.create_index(
        "ix_quality_gate_of", "quality_gate", ["workspace_id", "service", "repository", "at"]
    )
    op.create_index(
        "ix_quality_gate_main",
        "quality_gate",
        ["workspace_id", "scope", "repository", "service", "is_main", "at"],
    )
    op.create_table(
        "quality_gate_place",
        *_whose(),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("set_by", sa.String(length=40), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        *_keys(
            "quality_gate_place",
            "workspace_id",
            "scope",
            "repository",
            "service",
            name="uq_quality_gate_place_of",
        ),
    )
    op.create_table(
        "waiver",
        *_whose(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("check_name", sa.String(length=24), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ended_by", sa.String(length=40), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        *_keys("waiver", "workspace_id", "number"),
    )
    op.create_index("ix_waiver_of", "waiver", ["workspace_id", "service", "repository"])


def downgrade() -> None:
    """Go one step back."""
    for table in ("waiver", "quality_gate_place", "quality_gate", "quality_rule"):
        op.drop_table(table)
    with op.batch_alter_table("service") as batch:
        for name in _LINKS:
            batch.drop_column(name)
