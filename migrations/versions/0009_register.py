"""Register."""

revision = "0009_register"
down_revision = "0008_spend"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
