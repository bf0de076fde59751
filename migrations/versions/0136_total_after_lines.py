"""The total of a ledger keeps what the lines said when it was typed, and since when: who looked first is seen."""

from alembic import op

revision = "0136_total_after_lines"
down_revision = "0135_left_out_rows"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Totals of before keep nothing: what their writers saw is not known."""
    op.execute("""
        ALTER TABLE ledger_total
            ADD COLUMN lines_amount bigint,
            ADD COLUMN lines_since timestamptz,
            ADD CONSTRAINT ck_ledger_total_lines_since CHECK (
                lines_since <= at AND (lines_since IS NULL OR lines_amount IS NOT NULL)
            )
    """)


def downgrade() -> None:
    """Forget what was seen."""
    op.execute("ALTER TABLE ledger_total DROP COLUMN lines_amount, DROP COLUMN lines_since")
