"""Audit."""

revision = "0004_audit"
down_revision = "0003_messages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
