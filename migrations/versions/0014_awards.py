"""Awards."""

revision = "0014_awards"
down_revision = "0013_evaluation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
