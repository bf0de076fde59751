"""Sealing."""

revision = "0011_sealing"
down_revision = "0010_needs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
