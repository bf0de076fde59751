"""Messages."""

revision = "0003_messages"
down_revision = "0002_identity"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
