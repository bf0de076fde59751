"""Evaluation."""

revision = "0014_evaluation"
down_revision = "0013_bids"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
