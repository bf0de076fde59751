"""What is owed back after a credit note: set off against another invoice, or paid back as money ahead is."""

from alembic import op

revision = "0251_owed_back"
down_revision = "0248_form_content"
branch_labels = None
depends_on = None

_TABLES = """
        ALTER TABLE ahead_set_off ADD COLUMN by_id bigint
            CONSTRAINT fk_ahead_set_off_by_id REFERENCES organisation (id);
        ALTER TABLE ahead_payback ALTER COLUMN booking_id DROP NOT NULL;
        ALTER TABLE ahead_payback ADD COLUMN invoice_id bigint
            CONSTRAINT fk_ahead_payback_invoice_id REFERENCES invoice (id);
        ALTER TABLE ahead_payback ADD CONSTRAINT ck_ahead_payback_of_one
            CHECK (num_nulls(booking_id, invoice_id) = 1);
        CREATE INDEX ix_ahead_payback_invoice_id ON ahead_payback (invoice_id);
        CREATE TABLE owed_set_off (
            payment_id bigint CONSTRAINT pk_owed_set_off PRIMARY KEY
                CONSTRAINT fk_owed_set_off_payment_id REFERENCES payment (id),
            refund_id bigint NOT NULL CONSTRAINT uq_owed_set_off_refund_id UNIQUE
                CONSTRAINT fk_owed_set_off_refund_id REFERENCES payment (id),
            by_id bigint NOT NULL CONSTRAINT fk_owed_set_off_by_id REFERENCES organisation (id)
        );
        CREATE TRIGGER owed_set_off_append_only BEFORE UPDATE OR DELETE ON owed_set_off
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

_WITHIN = """
        CREATE OR REPLACE FUNCTION ahead_within() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            held bank_booking;
        BEGIN{first}
            SELECT * INTO held FROM bank_booking WHERE id = NEW.booking_id FOR UPDATE;
            IF held.kind <> 'credit' OR held.undone_at IS NOT NULL OR ahead_used(NEW.booking_id) > held.amount THEN
                RAISE EXCEPTION 'booking % has not so much ahead', NEW.booking_id USING ERRCODE = 'CK003';
            END IF;
            IF TG_TABLE_NAME = 'ahead_set_off' AND NOT EXISTS (
                SELECT FROM payment p WHERE p.id = (to_jsonb(NEW) ->> 'payment_id')::bigint AND p.kind = 'payment'
                    AND p.amount = (to_jsonb(NEW) ->> 'amount')::bigint) THEN
                RAISE EXCEPTION 'what is set off from booking % is no payment', NEW.booking_id USING ERRCODE = 'CK003';
            END IF;
            RETURN NULL;
        END $$;
"""

_FIRST = """
            IF (to_jsonb(NEW) ->> 'invoice_id') IS NOT NULL THEN
                PERFORM owed_within((to_jsonb(NEW) ->> 'invoice_id')::bigint);
                RETURN NULL;
            END IF;"""

_GUARDS = """
        -- What is promised back of an invoice never passes what its seller owes; the invoice is held, so two wait.
        CREATE FUNCTION owed_within(wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
            held invoice;
        BEGIN
            SELECT * INTO held FROM invoice WHERE id = wanted FOR UPDATE;
            IF held.kind <> 'invoice' OR held.credited_amount + held.paid_amount - held.total_amount < coalesce((
                SELECT sum(b.amount) FROM ahead_payback b WHERE b.invoice_id = wanted AND b.dropped_at IS NULL
                    AND NOT EXISTS (SELECT FROM bank_booking k WHERE k.id = b.booked_id AND k.undone_at IS NULL)), 0)
            THEN
                RAISE EXCEPTION 'so much is not owed back on invoice %', wanted USING ERRCODE = 'CK003';
            END IF;
        END $$;
        -- A set-off is a payment of one invoice and as much back of another, between the same two.
        CREATE FUNCTION owed_set_off_pairs() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT EXISTS (SELECT FROM payment p JOIN invoice i ON i.id = p.invoice_id
                JOIN payment r ON r.id = NEW.refund_id JOIN invoice o ON o.id = r.invoice_id
                WHERE p.id = NEW.payment_id AND p.kind = 'payment' AND r.kind = 'refund' AND p.amount = r.amount
                    AND p.currency = r.currency AND i.id <> o.id AND i.seller_id = o.seller_id
                    AND i.buyer_id = o.buyer_id AND NEW.by_id IN (i.seller_id, i.buyer_id)) THEN
                RAISE EXCEPTION 'payment % is not set off by %', NEW.payment_id, NEW.refund_id
                    USING ERRCODE = 'CK003';
            END IF;
            PERFORM owed_within(r.invoice_id) FROM payment r WHERE r.id = NEW.refund_id;
            RETURN NULL;
        END $$;
        CREATE TRIGGER owed_set_off_pairs AFTER INSERT ON owed_set_off
            FOR EACH ROW EXECUTE FUNCTION owed_set_off_pairs();
        -- Both halves stand, or both are taken back.
        CREATE FUNCTION owed_set_off_whole() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT FROM owed_set_off s JOIN payment p ON p.id = s.payment_id
                JOIN payment r ON r.id = s.refund_id WHERE NEW.id IN (p.id, r.id)
                    AND (p.undone_at IS NULL) <> (r.undone_at IS NULL)) THEN
                RAISE EXCEPTION 'payment % is half of a set-off', NEW.id USING ERRCODE = 'CK003';
            END IF;
            RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER owed_set_off_whole AFTER UPDATE ON payment DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION owed_set_off_whole();
"""


def upgrade() -> None:
    """What was owed back before is owed still."""
    op.execute(_TABLES + _GUARDS + _WITHIN.replace("{first}", _FIRST))


def downgrade() -> None:
    """Repayments of credit notes leave their files; what was set off stays a payment and a refund."""
    op.execute("""
        DROP TRIGGER owed_set_off_whole ON payment;
        DROP TABLE owed_set_off;
    """)
    op.execute(_WITHIN.replace("{first}", ""))
    op.execute("""
        DROP FUNCTION owed_set_off_whole(), owed_set_off_pairs(), owed_within(bigint);
        ALTER TABLE batch_transfer DISABLE TRIGGER USER;
        DELETE FROM batch_transfer t USING ahead_payback b WHERE b.id = t.payback_id AND b.invoice_id IS NOT NULL;
        ALTER TABLE batch_transfer ENABLE TRIGGER USER;
        ALTER TABLE ahead_payback DISABLE TRIGGER USER;
        DELETE FROM ahead_payback WHERE invoice_id IS NOT NULL;
        ALTER TABLE ahead_payback ENABLE TRIGGER USER;
        ALTER TABLE ahead_payback DROP COLUMN invoice_id;
        ALTER TABLE ahead_payback ALTER COLUMN booking_id SET NOT NULL;
        ALTER TABLE ahead_set_off DROP COLUMN by_id;
    """)
