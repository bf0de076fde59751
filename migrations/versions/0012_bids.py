"""Bids."""

revision = "0012_bids"
down_revision = "0011_tenders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
