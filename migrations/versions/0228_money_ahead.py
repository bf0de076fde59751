"""Money ahead: with whom it stands where there is no invoice yet, what was set off from it, and what goes back."""

from alembic import op

revision = "0228_money_ahead"
down_revision = "0224_passed_again"
branch_labels = None
depends_on = None

_KINDS = "'payment', 'refund', 'credit', 'other', 'purchase', 'payout', 'debit', 'return'"

_TABLES = """
        CREATE TABLE ahead_set_off (
            payment_id bigint CONSTRAINT pk_ahead_set_off PRIMARY KEY
                CONSTRAINT fk_ahead_set_off_payment_id REFERENCES payment (id),
            booking_id bigint NOT NULL CONSTRAINT fk_ahead_set_off_booking_id REFERENCES bank_booking (id),
            amount bigint NOT NULL,
            CONSTRAINT ck_ahead_set_off_amount CHECK (amount > 0)
        );
        CREATE INDEX ix_ahead_set_off_booking_id ON ahead_set_off (booking_id);
        CREATE TRIGGER ahead_set_off_append_only BEFORE UPDATE OR DELETE ON ahead_set_off
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TABLE ahead_payback (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_ahead_payback PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_ahead_payback_public_id UNIQUE,
            booking_id bigint NOT NULL CONSTRAINT fk_ahead_payback_booking_id REFERENCES bank_booking (id),
            holder_id bigint NOT NULL CONSTRAINT fk_ahead_payback_holder_id REFERENCES organisation (id),
            amount bigint NOT NULL,
            name text NOT NULL,
            iban text NOT NULL,
            mark text NOT NULL CONSTRAINT uq_ahead_payback_mark UNIQUE,
            two boolean NOT NULL,
            asked_by_id bigint NOT NULL CONSTRAINT fk_ahead_payback_asked_by_id REFERENCES user_account (id),
            asked_at timestamptz NOT NULL,
            agreed_by_id bigint CONSTRAINT fk_ahead_payback_agreed_by_id REFERENCES user_account (id),
            agreed_at timestamptz,
            dropped_by_id bigint CONSTRAINT fk_ahead_payback_dropped_by_id REFERENCES user_account (id),
            dropped_at timestamptz,
            booked_id bigint CONSTRAINT uq_ahead_payback_booked_id UNIQUE
                CONSTRAINT fk_ahead_payback_booked_id REFERENCES bank_booking (id),
            CONSTRAINT ck_ahead_payback_amount CHECK (amount > 0),
            CONSTRAINT ck_ahead_payback_agreed CHECK ((agreed_at IS NULL) = (agreed_by_id IS NULL)),
            CONSTRAINT ck_ahead_payback_two_people CHECK (NOT two OR agreed_by_id <> asked_by_id),
            CONSTRAINT ck_ahead_payback_dropped CHECK ((dropped_at IS NULL) = (dropped_by_id IS NULL)),
            CONSTRAINT ck_ahead_payback_booked CHECK (booked_id IS NULL OR agreed_at IS NOT NULL)
        );
        CREATE INDEX ix_ahead_payback_booking_id ON ahead_payback (booking_id);
        CREATE INDEX ix_ahead_payback_open ON ahead_payback (holder_id) WHERE dropped_at IS NULL;
"""

_GUARDS = """
        CREATE FUNCTION ahead_used(credit bigint) RETURNS bigint LANGUAGE sql AS $$
            SELECT coalesce((SELECT sum(s.amount) FROM ahead_set_off s JOIN payment p ON p.id = s.payment_id
                    WHERE s.booking_id = credit AND p.undone_at IS NULL), 0)::bigint
                + coalesce((SELECT sum(b.amount) FROM ahead_payback b
                    WHERE b.booking_id = credit AND b.dropped_at IS NULL), 0)::bigint
        $$;
        -- What is used of money ahead never passes it; the row of the booking is held, so two at once wait.
        CREATE FUNCTION ahead_within() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            held bank_booking;
        BEGIN
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
        CREATE TRIGGER ahead_set_off_within AFTER INSERT ON ahead_set_off
            FOR EACH ROW EXECUTE FUNCTION ahead_within();
        CREATE TRIGGER ahead_payback_within AFTER INSERT ON ahead_payback
            FOR EACH ROW EXECUTE FUNCTION ahead_within();
        CREATE FUNCTION ahead_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF ahead_used(OLD.id) > 0 THEN
                RAISE EXCEPTION 'booking % is used', OLD.id USING ERRCODE = 'CK003';
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER bank_booking_ahead AFTER UPDATE ON bank_booking FOR EACH ROW
            WHEN (OLD.kind = 'credit' AND OLD.undone_at IS NULL AND NEW.undone_at IS NOT NULL)
            EXECUTE FUNCTION ahead_stays();
        CREATE FUNCTION ahead_payback_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moving text[] := '{agreed_by_id,agreed_at,dropped_by_id,dropped_at,booked_id}';
        BEGIN
            IF TG_OP = 'DELETE' OR to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving OR OLD.dropped_at IS NOT NULL
                OR (OLD.agreed_at IS NOT NULL AND NEW.agreed_at IS DISTINCT FROM OLD.agreed_at)
                OR (OLD.agreed_at IS NOT NULL AND NEW.agreed_by_id IS DISTINCT FROM OLD.agreed_by_id)
                OR (NEW.dropped_at IS NOT NULL AND (
                    EXISTS (SELECT FROM bank_booking b WHERE b.id = NEW.booked_id AND b.undone_at IS NULL)
                    OR EXISTS (SELECT FROM batch_transfer t WHERE t.payback_id = OLD.id AND t.live)))
                OR (NEW.booked_id IS DISTINCT FROM OLD.booked_id
                    AND EXISTS (SELECT FROM bank_booking b WHERE b.id = OLD.booked_id AND b.undone_at IS NULL)) THEN
                RAISE EXCEPTION 'repayment % is kept as it is', OLD.id USING ERRCODE = 'CK003';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER ahead_payback_keep BEFORE UPDATE OR DELETE ON ahead_payback
            FOR EACH ROW EXECUTE FUNCTION ahead_payback_keep();
"""


def upgrade() -> None:
    """What stands ahead on invoices of before is used in the same way."""
    op.execute(f"""
        ALTER TABLE bank_booking ADD COLUMN other_id bigint CONSTRAINT fk_bank_booking_other_id REFERENCES party (id);
        ALTER TABLE bank_booking DROP CONSTRAINT ck_bank_booking_kind, DROP CONSTRAINT ck_bank_booking_invoice,
            DROP CONSTRAINT ck_bank_booking_transfer;
        ALTER TABLE bank_booking
            ADD CONSTRAINT ck_bank_booking_kind CHECK (kind IN ({_KINDS}, 'payback')),
            ADD CONSTRAINT ck_bank_booking_invoice CHECK (
                (kind IN ('other', 'purchase', 'payout', 'debit', 'return', 'payback') OR other_id IS NOT NULL)
                = (invoice_id IS NULL)),
            ADD CONSTRAINT ck_bank_booking_other CHECK (other_id IS NULL OR kind = 'credit'),
            ADD CONSTRAINT ck_bank_booking_transfer CHECK (
                (kind IN ('credit', 'other', 'payout', 'debit', 'return', 'payback')) = (transfer_id IS NOT NULL));
        CREATE INDEX ix_bank_booking_credit ON bank_booking (entry_id) WHERE kind = 'credit';
        {_TABLES}
        ALTER TABLE batch_transfer ADD COLUMN payback_id bigint
            CONSTRAINT fk_batch_transfer_payback_id REFERENCES ahead_payback (id);
        ALTER TABLE batch_transfer DROP CONSTRAINT ck_batch_transfer_of_one;
        ALTER TABLE batch_transfer ADD CONSTRAINT ck_batch_transfer_of_one
            CHECK (num_nulls(invoice_id, incoming_id, payback_id) = 2);
        CREATE UNIQUE INDEX uq_batch_transfer_live_payback ON batch_transfer (payback_id) WHERE live;
        {_GUARDS}
    """)


def downgrade() -> None:
    """Money ahead without an invoice stays in the books as an entry without one; repayments leave files."""
    op.execute(f"""
        DROP TRIGGER bank_booking_ahead ON bank_booking;
        ALTER TABLE bank_booking DROP CONSTRAINT ck_bank_booking_kind, DROP CONSTRAINT ck_bank_booking_invoice,
            DROP CONSTRAINT ck_bank_booking_other, DROP CONSTRAINT ck_bank_booking_transfer;
        DROP INDEX ix_bank_booking_credit;
        ALTER TABLE bank_booking DISABLE TRIGGER USER;
        UPDATE bank_booking SET kind = 'other', role = 'clearing', why = 'person', other_id = NULL
            WHERE kind = 'payback' OR other_id IS NOT NULL;
        ALTER TABLE bank_booking ENABLE TRIGGER USER;
        ALTER TABLE bank_booking DROP COLUMN other_id;
        ALTER TABLE bank_booking
            ADD CONSTRAINT ck_bank_booking_kind CHECK (kind IN ({_KINDS})),
            ADD CONSTRAINT ck_bank_booking_invoice CHECK (
                (kind IN ('other', 'purchase', 'payout', 'debit', 'return')) = (invoice_id IS NULL)),
            ADD CONSTRAINT ck_bank_booking_transfer CHECK (
                (kind IN ('credit', 'other', 'payout', 'debit', 'return')) = (transfer_id IS NOT NULL));
        ALTER TABLE batch_transfer DISABLE TRIGGER USER;
        DELETE FROM batch_transfer WHERE payback_id IS NOT NULL;
        ALTER TABLE batch_transfer ENABLE TRIGGER USER;
        ALTER TABLE batch_transfer DROP COLUMN payback_id;
        ALTER TABLE batch_transfer ADD CONSTRAINT ck_batch_transfer_of_one
            CHECK (num_nulls(invoice_id, incoming_id) = 1);
        DROP TABLE ahead_payback, ahead_set_off;
        DROP FUNCTION ahead_payback_keep(), ahead_within(), ahead_stays(), ahead_used(bigint);
    """)
