"""What was eaten in a café or restaurant is a cost of its own: its VAT never comes back."""

from alembic import op

revision = "0253_dining_receipts"
down_revision = "0252_paid_together"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE receipt DROP CONSTRAINT ck_receipt_category;
        ALTER TABLE receipt
            ADD CONSTRAINT ck_receipt_category
            CHECK (category IN ('materials', 'tools', 'travel', 'food', 'dining', 'office', 'other')),
            ADD CONSTRAINT ck_receipt_dining CHECK (category <> 'dining' OR vat_recoverable IS NOT TRUE);
    """)


def downgrade() -> None:
    op.execute("""
        ALTER TABLE receipt DROP CONSTRAINT ck_receipt_dining, DROP CONSTRAINT ck_receipt_category;
        UPDATE receipt SET category = 'other' WHERE category = 'dining';
        ALTER TABLE receipt
            ADD CONSTRAINT ck_receipt_category
            CHECK (category IN ('materials', 'tools', 'travel', 'food', 'office', 'other'));
    """)
