"""Payments."""

revision = "0007_payments"
down_revision = "0006_invoicing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
