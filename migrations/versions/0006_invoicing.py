"""Invoicing."""

revision = "0006_invoicing"
down_revision = "0005_books"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
