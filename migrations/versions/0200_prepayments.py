"""Money asked ahead of the work of an agreement, and lines that take it off later."""

from alembic import op

revision = "0200_prepayments"
down_revision = "0199_customers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody asked any."""
    op.execute("""
        ALTER TABLE invoice ADD COLUMN prepayment boolean NOT NULL DEFAULT false;
        ALTER TABLE invoice ADD CONSTRAINT ck_invoice_prepayment CHECK (NOT prepayment OR agreement_id IS NOT NULL);
        ALTER TABLE invoice_line ADD COLUMN settles_id bigint
            CONSTRAINT fk_invoice_line_settles_id REFERENCES invoice (id);
        CREATE INDEX ix_invoice_line_settles_id ON invoice_line (settles_id);
        ALTER TABLE invoice_line DROP CONSTRAINT ck_invoice_line_quantity;
        ALTER TABLE invoice_line ADD CONSTRAINT ck_invoice_line_quantity
            CHECK (CASE WHEN settles_id IS NULL THEN quantity > 0 ELSE quantity < 0 END);

        -- At commit of the sending: what is settled and credited of a prepayment is, per rate, no more than it asked.
        -- The row of the prepayment is held, so that of two who settle at once the second counts what the first did.
        CREATE FUNCTION invoice_settles() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            ahead invoice;
        BEGIN
            FOR ahead IN
                SELECT i.* FROM invoice i WHERE i.id IN (
                    SELECT l.settles_id FROM invoice_line l WHERE l.invoice_id = NEW.id AND l.settles_id IS NOT NULL
                    UNION SELECT NEW.credits_id WHERE NEW.prepayment AND NEW.credits_id IS NOT NULL)
                ORDER BY i.id FOR NO KEY UPDATE
            LOOP
                IF NOT ahead.prepayment OR ahead.kind <> 'invoice' OR ahead.state = 'draft' OR ahead.seller_id <> NEW.seller_id
                    OR ahead.agreement_id IS DISTINCT FROM NEW.agreement_id THEN
                    RAISE EXCEPTION 'invoice % settles no prepayment of its own', NEW.id USING ERRCODE = 'CI009';
                END IF;
                PERFORM FROM (
                    SELECT l.category, l.percent,
                        CASE WHEN i.kind = 'credit_note' THEN l.net_amount ELSE -l.net_amount END AS gone
                    FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id
                    WHERE l.settles_id = ahead.id AND i.state <> 'draft'
                    UNION ALL
                    SELECT l.category, l.percent, l.net_amount FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id
                    WHERE i.credits_id = ahead.id AND i.state <> 'draft'
                ) AS part
                LEFT JOIN invoice_vat v ON v.invoice_id = ahead.id AND v.category = part.category
                    AND v.percent = part.percent
                GROUP BY part.category, part.percent, v.net_amount HAVING sum(part.gone) > coalesce(v.net_amount, 0);
                IF FOUND THEN
                    RAISE EXCEPTION 'more than prepayment % is settled', ahead.id USING ERRCODE = 'CI009';
                END IF;
            END LOOP;
            RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER invoice_settles AFTER UPDATE ON invoice DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW WHEN (OLD.state = 'draft' AND NEW.state <> 'draft') EXECUTE FUNCTION invoice_settles();
    """)


def downgrade() -> None:
    """Back to invoices of work that was done; refused by the check where something was settled."""
    op.execute("""
        DROP TRIGGER invoice_settles ON invoice;
        DROP FUNCTION invoice_settles;
        ALTER TABLE invoice_line DROP CONSTRAINT ck_invoice_line_quantity;
        ALTER TABLE invoice_line ADD CONSTRAINT ck_invoice_line_quantity CHECK (quantity > 0);
        ALTER TABLE invoice_line DROP COLUMN settles_id;
        ALTER TABLE invoice DROP CONSTRAINT ck_invoice_prepayment;
        ALTER TABLE invoice DROP COLUMN prepayment;
    """)
