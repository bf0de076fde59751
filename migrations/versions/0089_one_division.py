"""The surplus of a book year is divided once: a second division comes after the first was taken back."""

from alembic import op

revision = "0089_one_division"
down_revision = "0088_motion_off"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One division that counts per cooperative and book year."""
    op.execute(
        "CREATE UNIQUE INDEX uq_surplus_distribution_counts ON surplus_distribution (organisation_id, year)"
        " WHERE posted_at IS NOT NULL AND undone_at IS NULL"
    )


def downgrade() -> None:
    """Any number of them."""
    op.execute("DROP INDEX uq_surplus_distribution_counts")
