"""A framework sets prices: nothing is invoiced or paid ahead on it, only on its orders."""

from alembic import op

revision = "0098_on_order"
down_revision = "0097_local_known"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Mark the agreements of frameworks, and refuse invoices and advances on them."""
    op.execute("""
        ALTER TABLE agreement ADD COLUMN on_order BOOLEAN NOT NULL DEFAULT false;
        ALTER TABLE agreement DISABLE TRIGGER USER;
        UPDATE agreement SET on_order = true FROM contract JOIN tender ON tender.id = contract.tender_id
        WHERE contract.agreement_id = agreement.id AND tender.framework IS NOT NULL;
        ALTER TABLE agreement ENABLE TRIGGER USER;
        CREATE FUNCTION refuse_on_order() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT FROM agreement WHERE id = NEW.agreement_id AND on_order) THEN
                RAISE EXCEPTION 'a framework is not invoiced itself' USING ERRCODE = 'CW098';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER invoice_on_order BEFORE INSERT ON invoice
            FOR EACH ROW WHEN (NEW.agreement_id IS NOT NULL) EXECUTE FUNCTION refuse_on_order();
        CREATE TRIGGER advance_on_order BEFORE INSERT ON advance
            FOR EACH ROW WHEN (NEW.agreement_id IS NOT NULL) EXECUTE FUNCTION refuse_on_order();
    """)


def downgrade() -> None:
    """Frameworks are agreements like others again."""
    op.execute("""
        DROP TRIGGER advance_on_order ON advance;
        DROP TRIGGER invoice_on_order ON invoice;
        DROP FUNCTION refuse_on_order;
        ALTER TABLE agreement DROP COLUMN on_order;
    """)
