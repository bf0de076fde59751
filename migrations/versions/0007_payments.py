"""Payments of invoices."""

from alembic import op

revision = "0007_payments"
down_revision = "0006_invoicing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; what an invoice says is paid is what its payments add up to."""
    op.execute("""
        CREATE TABLE payment (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_payment PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_payment_public_id UNIQUE,
            invoice_id bigint NOT NULL CONSTRAINT fk_payment_invoice_id REFERENCES invoice (id),
            kind text NOT NULL CONSTRAINT ck_payment_kind CHECK (kind IN ('payment', 'refund')),
            amount bigint NOT NULL CONSTRAINT ck_payment_amount CHECK (amount > 0),
            currency text NOT NULL,
            paid_on date NOT NULL,
            reference text NOT NULL CONSTRAINT ck_payment_reference CHECK (length(reference) <= 140),
            key text NOT NULL CONSTRAINT uq_payment_key UNIQUE
                CONSTRAINT ck_payment_key CHECK (length(key) BETWEEN 1 AND 180),
            recorded_by_id bigint NOT NULL CONSTRAINT fk_payment_recorded_by_id REFERENCES user_account (id),
            recorded_at timestamptz NOT NULL,
            transfer_id bigint NOT NULL CONSTRAINT uq_payment_transfer_id UNIQUE
                CONSTRAINT fk_payment_transfer_id REFERENCES transfer (id)
        );
        CREATE INDEX ix_payment_invoice_id ON payment (invoice_id);
        CREATE UNIQUE INDEX uq_payment_same ON payment (invoice_id, kind, amount, paid_on, reference)
            WHERE reference <> '';

        CREATE FUNCTION payment_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'payment is append-only: % refused', TG_OP USING ERRCODE = 'CP001';
        END $$;
        CREATE TRIGGER payment_append_only BEFORE UPDATE OR DELETE ON payment
            FOR EACH ROW EXECUTE FUNCTION payment_refuse_change();
        CREATE TRIGGER payment_no_truncate BEFORE TRUNCATE ON payment EXECUTE FUNCTION payment_refuse_change();

        CREATE FUNCTION payment_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            invoice_key bigint := coalesce(to_jsonb(NEW) ->> 'invoice_id', to_jsonb(NEW) ->> 'id');
        BEGIN
            PERFORM FROM invoice i WHERE i.id = invoice_key AND i.paid_amount <> (
                SELECT coalesce(sum(CASE p.kind WHEN 'payment' THEN p.amount ELSE -p.amount END), 0)
                FROM payment p WHERE p.invoice_id = i.id);
            IF FOUND THEN
                RAISE EXCEPTION 'the payments of invoice % do not add up', invoice_key USING ERRCODE = 'CP002';
            END IF;
            RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER payment_adds_up AFTER INSERT ON payment DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION payment_adds_up();
        CREATE CONSTRAINT TRIGGER invoice_paid_adds_up AFTER UPDATE ON invoice DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW WHEN (NEW.paid_amount <> OLD.paid_amount) EXECUTE FUNCTION payment_adds_up();
    """)


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP TRIGGER invoice_paid_adds_up ON invoice;
        DROP TABLE payment;
        DROP FUNCTION payment_adds_up(), payment_refuse_change();
    """)
