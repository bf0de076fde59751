"""Taking back what members decided says why."""

from alembic import op

revision = "0180_why_undone"
down_revision = "0148_told_before_signing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was taken back before has no reason written down, and says so."""
    op.execute("ALTER TABLE surplus_distribution ADD COLUMN undone_why TEXT")
    op.execute("ALTER TABLE surplus_distribution DISABLE TRIGGER USER")
    op.execute("UPDATE surplus_distribution SET undone_why = 'niet opgeschreven' WHERE undone_at IS NOT NULL")
    op.execute("ALTER TABLE surplus_distribution ENABLE TRIGGER USER")
    op.execute("""
        ALTER TABLE surplus_distribution
            ADD CONSTRAINT ck_surplus_distribution_why CHECK (num_nulls(undone_at, undone_why) IN (0, 2)),
            ADD CONSTRAINT ck_surplus_distribution_why_length CHECK (length(undone_why) BETWEEN 10 AND 500)
    """)


def downgrade() -> None:
    """The reasons go."""
    op.execute("ALTER TABLE surplus_distribution DROP COLUMN undone_why")
