"""Tenders."""

revision = "0012_tenders"
down_revision = "0011_sealing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
