"""Which channels people of other companies read: nothing of elsewhere is told there."""

import sqlalchemy as sa
from alembic import op

from storage.models.base import UtcDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward: Slack has to be asked about what is there; the terminal is ours."""
    op.add_column("channel", sa.Column("is_shared", sa.Boolean(), nullable=True))
    op.add_column("channel", sa.Column("shared_asked_at", UtcDateTime(), nullable=True))
    op.execute(sa.text("UPDATE channel SET is_shared = false WHERE surface <> 'slack'"))


def downgrade() -> None:
    """Go one step back."""
    op.drop_column("channel", "shared_asked_at")
    op.drop_column("channel", "is_shared")
