"""A line of spend knows the row of the file it came with: an auditor finds it back in the buyer's own file."""

from alembic import op

revision = "0134_row_numbers"
down_revision = "0138_twins"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lines of before keep none: their files are gone."""
    op.execute("""
        ALTER TABLE spend_line ADD COLUMN row_number integer
            CONSTRAINT ck_spend_line_row_number CHECK (row_number >= 1)
    """)


def downgrade() -> None:
    """Forget the rows."""
    op.execute("ALTER TABLE spend_line DROP COLUMN row_number")
