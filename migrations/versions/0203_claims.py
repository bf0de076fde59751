"""What is asked of who paid an invoice late: once per invoice, by an invoice of its own."""

from alembic import op

revision = "0203_claims"
down_revision = "0216_hours_credits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing was asked."""
    op.execute("""
        CREATE TABLE invoice_claim (
            invoice_id bigint CONSTRAINT pk_invoice_claim PRIMARY KEY
                CONSTRAINT fk_invoice_claim_invoice_id REFERENCES invoice (id),
            claim_id bigint NOT NULL CONSTRAINT uq_invoice_claim_claim_id UNIQUE
                CONSTRAINT fk_invoice_claim_claim_id REFERENCES invoice (id) ON DELETE CASCADE,
            until date NOT NULL,
            interest_amount bigint NOT NULL,
            collection_amount bigint NOT NULL,
            made_by_id bigint NOT NULL CONSTRAINT fk_invoice_claim_made_by_id REFERENCES user_account (id),
            made_at timestamptz NOT NULL,
            CONSTRAINT ck_invoice_claim_other CHECK (invoice_id <> claim_id),
            CONSTRAINT ck_invoice_claim_amounts CHECK (interest_amount >= 0 AND collection_amount >= 0
                AND interest_amount + collection_amount > 0)
        );
        CREATE FUNCTION invoice_claim_fits() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM 1 FROM invoice AS late JOIN invoice AS claim
                ON claim.seller_id = late.seller_id AND claim.buyer_id = late.buyer_id
                WHERE late.id = NEW.invoice_id AND late.kind = 'invoice' AND late.state = 'paid'
                    AND late.paid_on > late.due_on AND NEW.until > late.due_on AND NEW.until <= late.paid_on
                    AND claim.id = NEW.claim_id AND claim.kind = 'invoice' AND claim.state = 'draft'
                    AND NOT EXISTS (SELECT 1 FROM invoice_claim WHERE claim_id = NEW.invoice_id);
            IF NOT FOUND THEN
                RAISE EXCEPTION 'invoice % was not paid late', NEW.invoice_id USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER invoice_claim_fits BEFORE INSERT ON invoice_claim
            FOR EACH ROW EXECUTE FUNCTION invoice_claim_fits();
        CREATE FUNCTION invoice_claim_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT 1 FROM invoice WHERE id = OLD.claim_id) THEN
                RAISE EXCEPTION 'claim % stays', OLD.claim_id USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN OLD;
        END $$;
        CREATE TRIGGER invoice_claim_stays BEFORE DELETE ON invoice_claim
            FOR EACH ROW EXECUTE FUNCTION invoice_claim_stays();
        CREATE TRIGGER invoice_claim_kept BEFORE UPDATE ON invoice_claim
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER invoice_claim_no_truncate BEFORE TRUNCATE ON invoice_claim EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Forget what was asked; the invoices stay."""
    op.execute("""
        DROP TABLE invoice_claim;
        DROP FUNCTION invoice_claim_fits();
        DROP FUNCTION invoice_claim_stays();
    """)
