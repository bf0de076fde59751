"""Tenders."""

revision = "0011_tenders"
down_revision = "0010_needs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
