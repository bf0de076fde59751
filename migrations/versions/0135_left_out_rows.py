"""A booked file keeps which of its rows were left out and why: an auditor sees what was refused."""

from alembic import op

revision = "0135_left_out_rows"
down_revision = "0139_invoice_copies"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Files of before keep nothing: what was refused of them is gone."""
    op.execute("""
        ALTER TABLE spend_import ADD COLUMN findings jsonb NOT NULL DEFAULT '{}'
            CONSTRAINT ck_spend_import_findings CHECK (jsonb_typeof(findings) = 'object')
    """)


def downgrade() -> None:
    """Forget what was left out."""
    op.execute("ALTER TABLE spend_import DROP COLUMN findings")
