"""An invoice that comes again with another amount: a person may say that the new amount replaces the old."""

from alembic import op

revision = "0186_replaced_amounts"
down_revision = "0203_claims"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A decision says whether what waited replaces what counted; only of what is the same purchase."""
    op.execute("""
        ALTER TABLE spend_decision ADD COLUMN replaces BOOLEAN NOT NULL DEFAULT false;
        ALTER TABLE spend_decision ALTER COLUMN replaces DROP DEFAULT;
        ALTER TABLE spend_decision ADD CONSTRAINT ck_spend_decision_replaces CHECK (same OR NOT replaces);
    """)


def downgrade() -> None:
    """Forget which replaced what. What they let count stays: lines are never changed."""
    op.execute("ALTER TABLE spend_decision DROP COLUMN replaces")
