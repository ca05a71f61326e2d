"""An index that a day's money is summed up from alone: the rows hold long results."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_MONEY = ("workspace_id", "started_at", "channel_id", "state", "reserved_micros", "cost_micros")


def upgrade() -> None:
    """Go one step forward."""
    op.create_index("ix_model_call_money", "model_call", list(_MONEY))
    op.drop_index("ix_model_call_workspace_id_started_at", table_name="model_call")


def downgrade() -> None:
    """Go one step back."""
    op.create_index(
        "ix_model_call_workspace_id_started_at", "model_call", ["workspace_id", "started_at"]
    )
    op.drop_index("ix_model_call_money", table_name="model_call")
