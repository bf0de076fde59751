"""Contracts."""

revision = "0016_contracts"
down_revision = "0015_awards"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
