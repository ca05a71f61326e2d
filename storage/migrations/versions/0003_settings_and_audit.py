"""Settings chosen in Slack, and an audit log that the database itself keeps append-only."""

import sqlalchemy as sa
from alembic import op

from storage.models.base import Json, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SQLITE = (
    """
    CREATE TRIGGER audit_keeps_its_words BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
    """
    CREATE TRIGGER audit_keeps_its_entries BEFORE DELETE ON audit
    WHEN NOT EXISTS (SELECT 1 FROM audit_removal WHERE OLD.at < audit_removal.before)
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
)
_POSTGRESQL = (
    """
    CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT 1 FROM audit_removal WHERE OLD.at < audit_removal.before) THEN
          RETURN OLD;
        END IF;
      END IF;
      RAISE EXCEPTION 'the audit log is append-only';
    END $$
    """,
    """
    CREATE TRIGGER audit_keeps_its_entries BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()
    """,
    """
    CREATE TRIGGER audit_keeps_all BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()
    """,
)


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "setting",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("scope_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", Json, nullable=False),
        sa.Column("set_by", sa.String(length=40), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_setting_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "scope", "scope_id", "name", name="pk_setting"),
    )
    op.create_table(
        "audit_removal",
        sa.Column("before", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("before", name="pk_audit_removal"),
    )
    for statement in _POSTGRESQL if _on_postgresql() else _SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Go one step back."""
    if _on_postgresql():
        op.execute("DROP TRIGGER audit_keeps_all ON audit")
        op.execute("DROP TRIGGER audit_keeps_its_entries ON audit")
        op.execute("DROP FUNCTION audit_is_append_only()")
    else:
        op.execute("DROP TRIGGER audit_keeps_its_entries")
        op.execute("DROP TRIGGER audit_keeps_its_words")
    op.drop_table("audit_removal")
    op.drop_table("setting")


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
