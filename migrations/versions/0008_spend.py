"""Spend."""

revision = "0008_spend"
down_revision = "0007_payments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
