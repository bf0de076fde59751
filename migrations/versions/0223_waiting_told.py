"""A file that waits says how many lines it holds and what they add up to, so that alike names are told apart."""

from alembic import op

revision = "0223_waiting_told"
down_revision = "0184_held_by_others"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Files that wait now say neither; they are gone within a day."""
    op.execute("""
        ALTER TABLE spend_upload ADD COLUMN row_count integer, ADD COLUMN total_amount bigint,
            ADD CONSTRAINT ck_spend_upload_told CHECK (num_nulls(row_count, total_amount) IN (0, 2) AND row_count >= 0);
    """)


def downgrade() -> None:
    """Only their names are left."""
    op.execute("ALTER TABLE spend_upload DROP COLUMN row_count, DROP COLUMN total_amount")
