"""What a server's tools were when they were permitted, and by whom."""

import sqlalchemy as sa
from alembic import op

from storage.models.base import Json

revision = "0029"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    with op.batch_alter_table("tool_server") as batch:
        batch.add_column(sa.Column("pins", Json, server_default="{}", nullable=False))
        batch.add_column(
            sa.Column("permitted_by", sa.String(length=40), server_default="", nullable=False)
        )
    op.execute("UPDATE tool_server SET permitted_by = created_by")
    with op.batch_alter_table("tool_server") as batch:
        batch.alter_column("pins", existing_type=Json, server_default=None)
        batch.alter_column("permitted_by", existing_type=sa.String(40), server_default=None)


def downgrade() -> None:
    """Go one step back."""
    with op.batch_alter_table("tool_server") as batch:
        batch.drop_column("permitted_by")
        batch.drop_column("pins")
