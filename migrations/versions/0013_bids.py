"""Bids."""

revision = "0013_bids"
down_revision = "0012_tenders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
