"""Needs."""

revision = "0010_needs"
down_revision = "0009_register"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
