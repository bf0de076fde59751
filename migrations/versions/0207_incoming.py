"""Invoices that others send: senders, accounts, invoices, steps, payments; a bank's entry and a file may pay them."""

from alembic import op

revision = "0207_incoming"
down_revision = "0200_prepayments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None were received."""
    op.execute("""
        CREATE TABLE incoming_sender (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_incoming_sender PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_incoming_sender_public_id UNIQUE,
            buyer_id bigint NOT NULL CONSTRAINT fk_incoming_sender_buyer_id REFERENCES organisation (id),
            party_id bigint CONSTRAINT fk_incoming_sender_party_id REFERENCES organisation (id),
            name text NOT NULL,
            plain_name text NOT NULL,
            kvk text NOT NULL,
            vat_id text NOT NULL,
            since timestamptz NOT NULL,
            CONSTRAINT ck_incoming_sender_name CHECK (length(name) BETWEEN 1 AND 200)
        );
        CREATE UNIQUE INDEX uq_incoming_sender_kvk ON incoming_sender (buyer_id, kvk) WHERE kvk <> '';
        CREATE UNIQUE INDEX uq_incoming_sender_vat_id ON incoming_sender (buyer_id, vat_id)
            WHERE kvk = '' AND vat_id <> '';
        CREATE UNIQUE INDEX uq_incoming_sender_name ON incoming_sender (buyer_id, plain_name)
            WHERE kvk = '' AND vat_id = '';
        CREATE TABLE incoming_account (
            sender_id bigint NOT NULL CONSTRAINT fk_incoming_account_sender_id REFERENCES incoming_sender (id),
            iban text NOT NULL,
            checked_at timestamptz NOT NULL,
            checked_by_id bigint NOT NULL CONSTRAINT fk_incoming_account_checked_by_id REFERENCES user_account (id),
            CONSTRAINT pk_incoming_account PRIMARY KEY (sender_id, iban)
        );
        CREATE TABLE incoming_invoice (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_incoming_invoice PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_incoming_invoice_public_id UNIQUE,
            buyer_id bigint NOT NULL CONSTRAINT fk_incoming_invoice_buyer_id REFERENCES organisation (id),
            sender_id bigint NOT NULL CONSTRAINT fk_incoming_invoice_sender_id REFERENCES incoming_sender (id),
            credits_id bigint CONSTRAINT fk_incoming_invoice_credits_id REFERENCES incoming_invoice (id),
            agreement_id bigint CONSTRAINT fk_incoming_invoice_agreement_id REFERENCES agreement (id),
            number text NOT NULL,
            issued_on date NOT NULL,
            due_on date NOT NULL,
            supplied_on date NOT NULL,
            iban text NOT NULL,
            payment_reference text NOT NULL,
            facts jsonb NOT NULL,
            flags jsonb NOT NULL,
            net bigint NOT NULL,
            vat bigint NOT NULL,
            total bigint NOT NULL,
            taxed bigint NOT NULL,
            shifted_net bigint NOT NULL,
            shifted bigint NOT NULL,
            channel text NOT NULL,
            provider_id text CONSTRAINT uq_incoming_invoice_provider_id UNIQUE,
            document bytea NOT NULL,
            checksum text NOT NULL,
            came_at timestamptz NOT NULL,
            brought_by_id bigint CONSTRAINT fk_incoming_invoice_brought_by_id REFERENCES user_account (id),
            state text NOT NULL,
            round bigint NOT NULL,
            approved_at timestamptz,
            vat_recoverable boolean,
            cost text,
            transfer_id bigint CONSTRAINT fk_incoming_invoice_transfer_id REFERENCES transfer (id)
                CONSTRAINT uq_incoming_invoice_transfer_id UNIQUE,
            credited bigint NOT NULL,
            paid bigint NOT NULL,
            paid_on date,
            CONSTRAINT ck_incoming_invoice_channel CHECK (channel IN ('upload', 'peppol')),
            CONSTRAINT ck_incoming_invoice_provider CHECK ((channel = 'peppol') = (provider_id IS NOT NULL)),
            CONSTRAINT ck_incoming_invoice_state
                CHECK (state IN ('waiting', 'disputed', 'approved', 'settled', 'refused')),
            CONSTRAINT ck_incoming_invoice_cost
                CHECK (cost IN ('work', 'materials', 'housing', 'services', 'travel', 'other')),
            CONSTRAINT ck_incoming_invoice_facts CHECK (length(number) BETWEEN 1 AND 60 AND due_on >= issued_on),
            CONSTRAINT ck_incoming_invoice_total CHECK (total = net + vat AND total > 0 AND shifted >= 0),
            CONSTRAINT ck_incoming_invoice_sums
                CHECK (credited BETWEEN 0 AND total AND paid BETWEEN 0 AND total),
            CONSTRAINT ck_incoming_invoice_credit_note CHECK (credits_id IS NULL OR (credited = 0 AND paid = 0)),
            CONSTRAINT ck_incoming_invoice_settled
                CHECK (state <> 'settled' OR credits_id IS NOT NULL OR total <= credited + paid),
            CONSTRAINT ck_incoming_invoice_booked
                CHECK (num_nulls(transfer_id, approved_at, vat_recoverable, cost) IN (0, 4)),
            CONSTRAINT ck_incoming_invoice_approved
                CHECK ((state IN ('approved', 'settled')) = (transfer_id IS NOT NULL))
        );
        CREATE UNIQUE INDEX uq_incoming_invoice_number ON incoming_invoice (sender_id, number)
            WHERE state <> 'refused';
        CREATE INDEX ix_incoming_invoice_buyer_id ON incoming_invoice (buyer_id, state);
        CREATE INDEX ix_incoming_invoice_credits_id ON incoming_invoice (credits_id);
        CREATE TABLE incoming_step (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_incoming_step PRIMARY KEY,
            incoming_id bigint NOT NULL CONSTRAINT fk_incoming_step_incoming_id REFERENCES incoming_invoice (id),
            kind text NOT NULL,
            round bigint NOT NULL,
            user_id bigint CONSTRAINT fk_incoming_step_user_id REFERENCES user_account (id),
            at timestamptz NOT NULL,
            note text NOT NULL,
            amount bigint,
            CONSTRAINT ck_incoming_step_kind CHECK (kind IN ('came', 'approval', 'approved', 'dispute', 'refused',
                'credited', 'payment', 'refund', 'undone')),
            CONSTRAINT ck_incoming_step_note CHECK (length(note) <= 2000),
            CONSTRAINT ck_incoming_step_reason CHECK (kind NOT IN ('dispute', 'refused', 'undone') OR note <> '')
        );
        CREATE INDEX ix_incoming_step_incoming_id ON incoming_step (incoming_id);
        CREATE UNIQUE INDEX uq_incoming_step_approval ON incoming_step (incoming_id, round, user_id)
            WHERE kind = 'approval';
        CREATE TABLE incoming_payment (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_incoming_payment PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_incoming_payment_public_id UNIQUE,
            incoming_id bigint NOT NULL CONSTRAINT fk_incoming_payment_incoming_id REFERENCES incoming_invoice (id),
            amount bigint NOT NULL,
            paid_on date NOT NULL,
            reference text NOT NULL,
            key text NOT NULL CONSTRAINT uq_incoming_payment_key UNIQUE,
            recorded_at timestamptz NOT NULL,
            recorded_by_id bigint CONSTRAINT fk_incoming_payment_recorded_by_id REFERENCES user_account (id),
            transfer_id bigint NOT NULL CONSTRAINT fk_incoming_payment_transfer_id REFERENCES transfer (id)
                CONSTRAINT uq_incoming_payment_transfer_id UNIQUE,
            undone_at timestamptz,
            undone_by_id bigint CONSTRAINT fk_incoming_payment_undone_by_id REFERENCES user_account (id),
            undo_transfer_id bigint CONSTRAINT fk_incoming_payment_undo_transfer_id REFERENCES transfer (id)
                CONSTRAINT uq_incoming_payment_undo_transfer_id UNIQUE,
            CONSTRAINT ck_incoming_payment_amount CHECK (amount <> 0),
            CONSTRAINT ck_incoming_payment_texts
                CHECK (length(key) BETWEEN 1 AND 180 AND length(reference) <= 140),
            CONSTRAINT ck_incoming_payment_undone CHECK (num_nulls(undone_at, undo_transfer_id) IN (0, 2))
        );
        CREATE INDEX ix_incoming_payment_incoming_id ON incoming_payment (incoming_id);
        CREATE TABLE inbound_document (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_inbound_document PRIMARY KEY,
            provider_id text NOT NULL CONSTRAINT uq_inbound_document_provider_id UNIQUE,
            buyer_id bigint CONSTRAINT fk_inbound_document_buyer_id REFERENCES organisation (id),
            checksum text NOT NULL,
            outcome text NOT NULL,
            faults jsonb NOT NULL,
            came_at timestamptz NOT NULL,
            CONSTRAINT ck_inbound_document_outcome CHECK (outcome IN ('kept', 'known', 'refused')),
            CONSTRAINT ck_inbound_document_faults CHECK ((outcome = 'refused') = (faults <> '[]'::jsonb))
        );
        CREATE INDEX ix_inbound_document_buyer_id ON inbound_document (buyer_id);
    """)
    op.execute(_GUARDS)
    op.execute("""
        ALTER TABLE batch_transfer ALTER COLUMN invoice_id DROP NOT NULL;
        ALTER TABLE batch_transfer ADD COLUMN incoming_id bigint
            CONSTRAINT fk_batch_transfer_incoming_id REFERENCES incoming_invoice (id);
        ALTER TABLE batch_transfer ADD CONSTRAINT ck_batch_transfer_of_one
            CHECK (num_nulls(invoice_id, incoming_id) = 1);
        CREATE UNIQUE INDEX uq_batch_transfer_live_incoming ON batch_transfer (incoming_id) WHERE live;
        ALTER TABLE bank_booking ADD COLUMN incoming_payment_id bigint
            CONSTRAINT fk_bank_booking_incoming_payment_id REFERENCES incoming_payment (id);
        CREATE INDEX ix_bank_booking_incoming_payment_id ON bank_booking (incoming_payment_id);
        ALTER TABLE bank_booking DROP CONSTRAINT ck_bank_booking_kind, DROP CONSTRAINT ck_bank_booking_invoice,
            DROP CONSTRAINT ck_bank_booking_undone;
        ALTER TABLE bank_booking
            ADD CONSTRAINT ck_bank_booking_kind
                CHECK (kind IN ('payment', 'refund', 'credit', 'other', 'purchase')),
            ADD CONSTRAINT ck_bank_booking_invoice CHECK ((kind IN ('other', 'purchase')) = (invoice_id IS NULL)),
            ADD CONSTRAINT ck_bank_booking_purchase CHECK ((kind = 'purchase') = (incoming_payment_id IS NOT NULL));
    """)


def downgrade() -> None:
    """Forget them; bookings and transfers about them go too."""
    op.execute("""
        ALTER TABLE bank_booking DISABLE TRIGGER USER;
        ALTER TABLE batch_transfer DISABLE TRIGGER USER;
        DELETE FROM bank_booking WHERE kind = 'purchase' OR (undone_at IS NOT NULL AND transfer_id IS NULL);
        DELETE FROM batch_transfer WHERE incoming_id IS NOT NULL;
        ALTER TABLE bank_booking ENABLE TRIGGER USER;
        ALTER TABLE batch_transfer ENABLE TRIGGER USER;
        ALTER TABLE bank_booking DROP CONSTRAINT ck_bank_booking_kind, DROP CONSTRAINT ck_bank_booking_invoice,
            DROP CONSTRAINT ck_bank_booking_purchase, DROP COLUMN incoming_payment_id;
        ALTER TABLE bank_booking
            ADD CONSTRAINT ck_bank_booking_kind CHECK (kind IN ('payment', 'refund', 'credit', 'other')),
            ADD CONSTRAINT ck_bank_booking_invoice CHECK ((kind = 'other') = (invoice_id IS NULL)),
            ADD CONSTRAINT ck_bank_booking_undone CHECK (undone_at IS NULL OR transfer_id IS NOT NULL);
        ALTER TABLE batch_transfer DROP CONSTRAINT ck_batch_transfer_of_one, DROP COLUMN incoming_id;
        ALTER TABLE batch_transfer ALTER COLUMN invoice_id SET NOT NULL;
        DROP TABLE inbound_document, incoming_payment, incoming_step, incoming_invoice, incoming_account,
            incoming_sender;
        DROP FUNCTION incoming_invoice_keep(), incoming_payment_keep(), incoming_invoice_adds_up();
    """)


_GUARDS = """
    CREATE FUNCTION incoming_invoice_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        moving text[] := '{state,round,approved_at,vat_recoverable,cost,transfer_id,credited,paid,paid_on}';
        booked text[] := '{state,round,credited,paid,paid_on}';
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.state <> 'waiting' OR NEW.credited <> 0 OR NEW.paid <> 0 THEN
                RAISE EXCEPTION 'a received invoice waits first' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END IF;
        IF to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving
            OR (OLD.transfer_id IS NOT NULL AND to_jsonb(NEW) - booked <> to_jsonb(OLD) - booked) THEN
            RAISE EXCEPTION 'received invoice % is kept as it came', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.state <> OLD.state AND NOT (
            (OLD.state = 'waiting' AND NEW.state IN ('approved', 'disputed', 'refused'))
            OR (OLD.state = 'disputed' AND NEW.state IN ('approved', 'refused'))
            OR (OLD.state = 'approved' AND NEW.state = 'settled')
            OR (OLD.state = 'settled' AND NEW.state = 'approved')
        ) THEN
            RAISE EXCEPTION 'received invoice % does not go from % to %', OLD.id, OLD.state, NEW.state
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER incoming_invoice_keep BEFORE INSERT OR UPDATE ON incoming_invoice
        FOR EACH ROW EXECUTE FUNCTION incoming_invoice_keep();
    CREATE TRIGGER incoming_invoice_no_delete BEFORE DELETE ON incoming_invoice
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE FUNCTION incoming_payment_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        later text[] := '{undone_at,undone_by_id,undo_transfer_id}';
    BEGIN
        IF OLD.undone_at IS NOT NULL OR to_jsonb(NEW) - later <> to_jsonb(OLD) - later THEN
            RAISE EXCEPTION 'a payment is kept' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER incoming_payment_keep BEFORE UPDATE ON incoming_payment
        FOR EACH ROW EXECUTE FUNCTION incoming_payment_keep();
    CREATE TRIGGER incoming_payment_no_delete BEFORE DELETE ON incoming_payment
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER incoming_step_append_only BEFORE UPDATE OR DELETE ON incoming_step
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER incoming_account_append_only BEFORE UPDATE OR DELETE ON incoming_account
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER inbound_document_append_only BEFORE UPDATE OR DELETE ON inbound_document
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER incoming_invoice_no_truncate BEFORE TRUNCATE ON incoming_invoice EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER incoming_payment_no_truncate BEFORE TRUNCATE ON incoming_payment EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER incoming_step_no_truncate BEFORE TRUNCATE ON incoming_step EXECUTE FUNCTION refuse_change();
    CREATE FUNCTION incoming_invoice_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        which bigint := CASE TG_TABLE_NAME WHEN 'incoming_payment' THEN (to_jsonb(NEW) ->> 'incoming_id')::bigint
            ELSE coalesce((to_jsonb(NEW) ->> 'credits_id')::bigint, NEW.id) END;
        held incoming_invoice;
    BEGIN
        SELECT * INTO held FROM incoming_invoice WHERE id = which;
        IF held.paid <> (SELECT coalesce(sum(p.amount), 0) FROM incoming_payment p
                WHERE p.incoming_id = which AND p.undone_at IS NULL)
            OR held.credited <> (SELECT coalesce(sum(n.total), 0) FROM incoming_invoice n
                WHERE n.credits_id = which AND n.transfer_id IS NOT NULL) THEN
            RAISE EXCEPTION 'received invoice % does not add up', which USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER incoming_invoice_adds_up AFTER INSERT OR UPDATE ON incoming_invoice
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION incoming_invoice_adds_up();
    CREATE CONSTRAINT TRIGGER incoming_payment_adds_up AFTER INSERT OR UPDATE ON incoming_payment
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION incoming_invoice_adds_up();
"""
