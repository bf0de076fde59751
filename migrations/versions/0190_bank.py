"""Bank accounts, statements and entries, and what they were booked as. A bank file can tell of a payment, without a person."""

from alembic import op

revision = "0190_bank"
down_revision = "0185_online_payments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What the bank said is kept; an entry that is booked is booked whole."""
    op.execute("""
        ALTER TABLE payment ALTER COLUMN recorded_by_id DROP NOT NULL;
        CREATE TABLE bank_account (
            id BIGINT GENERATED ALWAYS AS IDENTITY,
            public_id UUID NOT NULL,
            party_id BIGINT,
            number TEXT NOT NULL,
            blocked BOOLEAN NOT NULL,
            added_at TIMESTAMP WITH TIME ZONE NOT NULL,
            added_by_id BIGINT,
            CONSTRAINT pk_bank_account PRIMARY KEY (id),
            CONSTRAINT ck_bank_account_number CHECK (number ~ '^([A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}|[0-9]{3,20})$'),
            CONSTRAINT uq_bank_account_public_id UNIQUE (public_id),
            CONSTRAINT fk_bank_account_party_id FOREIGN KEY(party_id) REFERENCES organisation (id),
            CONSTRAINT uq_bank_account_number UNIQUE (number),
            CONSTRAINT fk_bank_account_added_by_id FOREIGN KEY(added_by_id) REFERENCES user_account (id)
        );
        CREATE INDEX ix_bank_account_party_id ON bank_account (party_id);
        CREATE TABLE bank_statement (
            id BIGINT GENERATED ALWAYS AS IDENTITY,
            public_id UUID NOT NULL,
            account_id BIGINT NOT NULL,
            number TEXT NOT NULL,
            currency TEXT NOT NULL,
            opens_on DATE NOT NULL,
            closes_on DATE NOT NULL,
            opening BIGINT NOT NULL,
            closing BIGINT NOT NULL,
            checksum TEXT NOT NULL,
            imported_at TIMESTAMP WITH TIME ZONE NOT NULL,
            imported_by_id BIGINT,
            CONSTRAINT pk_bank_statement PRIMARY KEY (id),
            CONSTRAINT uq_bank_statement_account_id_number_closes_on UNIQUE (account_id, number, closes_on),
            CONSTRAINT ck_bank_statement_days CHECK (closes_on >= opens_on),
            CONSTRAINT ck_bank_statement_number CHECK (length(number) BETWEEN 1 AND 140),
            CONSTRAINT ck_bank_statement_checksum CHECK (length(checksum) = 64),
            CONSTRAINT uq_bank_statement_public_id UNIQUE (public_id),
            CONSTRAINT fk_bank_statement_account_id FOREIGN KEY(account_id) REFERENCES bank_account (id),
            CONSTRAINT fk_bank_statement_imported_by_id FOREIGN KEY(imported_by_id) REFERENCES user_account (id)
        );
        CREATE TABLE bank_entry (
            id BIGINT GENERATED ALWAYS AS IDENTITY,
            public_id UUID NOT NULL,
            account_id BIGINT NOT NULL,
            statement_id BIGINT NOT NULL,
            key TEXT NOT NULL,
            line BIGINT NOT NULL,
            amount BIGINT NOT NULL,
            currency TEXT NOT NULL,
            booked_on DATE NOT NULL,
            bank_reference TEXT NOT NULL,
            name TEXT NOT NULL,
            iban TEXT NOT NULL,
            end_to_end TEXT NOT NULL,
            text TEXT NOT NULL,
            marks JSONB NOT NULL,
            state VARCHAR NOT NULL,
            fault TEXT NOT NULL,
            note TEXT NOT NULL,
            twin_id BIGINT,
            decided_at TIMESTAMP WITH TIME ZONE,
            decided_by_id BIGINT,
            CONSTRAINT pk_bank_entry PRIMARY KEY (id),
            CONSTRAINT uq_bank_entry_account_id_key UNIQUE (account_id, key),
            CONSTRAINT uq_bank_entry_twin_id UNIQUE (twin_id),
            CONSTRAINT ck_bank_entry_amount CHECK (amount <> 0),
            CONSTRAINT ck_bank_entry_state CHECK (state IN ('open', 'booked', 'left')),
            CONSTRAINT ck_bank_entry_twin CHECK (twin_id IS NULL OR (state = 'booked' AND twin_id <> id)),
            CONSTRAINT ck_bank_entry_left CHECK ((state = 'left') = (note <> '')),
            CONSTRAINT ck_bank_entry_decided CHECK (state = 'open' OR decided_at IS NOT NULL),
            CONSTRAINT uq_bank_entry_public_id UNIQUE (public_id),
            CONSTRAINT fk_bank_entry_account_id FOREIGN KEY(account_id) REFERENCES bank_account (id),
            CONSTRAINT fk_bank_entry_statement_id FOREIGN KEY(statement_id) REFERENCES bank_statement (id),
            CONSTRAINT fk_bank_entry_twin_id FOREIGN KEY(twin_id) REFERENCES bank_entry (id),
            CONSTRAINT fk_bank_entry_decided_by_id FOREIGN KEY(decided_by_id) REFERENCES user_account (id)
        );
        CREATE INDEX ix_bank_entry_open ON bank_entry (account_id, booked_on) WHERE state = 'open';
        CREATE INDEX ix_bank_entry_statement_id ON bank_entry (statement_id);
        CREATE TABLE bank_booking (
            id BIGINT GENERATED ALWAYS AS IDENTITY,
            entry_id BIGINT NOT NULL,
            kind VARCHAR NOT NULL,
            amount BIGINT NOT NULL,
            why VARCHAR NOT NULL,
            invoice_id BIGINT,
            payment_id BIGINT,
            transfer_id BIGINT,
            role TEXT NOT NULL,
            made_at TIMESTAMP WITH TIME ZONE NOT NULL,
            made_by_id BIGINT,
            undone_at TIMESTAMP WITH TIME ZONE,
            undone_by_id BIGINT,
            CONSTRAINT pk_bank_booking PRIMARY KEY (id),
            CONSTRAINT ck_bank_booking_kind CHECK (kind IN ('payment', 'refund', 'credit', 'other')),
            CONSTRAINT ck_bank_booking_why CHECK (why IN ('reference', 'mark', 'in_text', 'part', 'rest', 'known', 'near', 'amount', 'number', 'double', 'person')),
            CONSTRAINT ck_bank_booking_amount CHECK (amount > 0),
            CONSTRAINT ck_bank_booking_payment CHECK ((kind IN ('payment', 'refund')) = (payment_id IS NOT NULL)),
            CONSTRAINT ck_bank_booking_transfer CHECK ((kind IN ('credit', 'other')) = (transfer_id IS NOT NULL)),
            CONSTRAINT ck_bank_booking_invoice CHECK ((kind = 'other') = (invoice_id IS NULL)),
            CONSTRAINT ck_bank_booking_undone CHECK (undone_at IS NULL OR transfer_id IS NOT NULL),
            CONSTRAINT fk_bank_booking_entry_id FOREIGN KEY(entry_id) REFERENCES bank_entry (id),
            CONSTRAINT fk_bank_booking_invoice_id FOREIGN KEY(invoice_id) REFERENCES invoice (id),
            CONSTRAINT fk_bank_booking_payment_id FOREIGN KEY(payment_id) REFERENCES payment (id),
            CONSTRAINT fk_bank_booking_transfer_id FOREIGN KEY(transfer_id) REFERENCES transfer (id),
            CONSTRAINT fk_bank_booking_made_by_id FOREIGN KEY(made_by_id) REFERENCES user_account (id),
            CONSTRAINT fk_bank_booking_undone_by_id FOREIGN KEY(undone_by_id) REFERENCES user_account (id)
        );
        CREATE INDEX ix_bank_booking_entry_id ON bank_booking (entry_id);
        CREATE INDEX ix_bank_booking_invoice_id ON bank_booking (invoice_id);
        CREATE INDEX ix_bank_booking_payment_id ON bank_booking (payment_id);
        CREATE TABLE bank_tolerance (
            party_id BIGINT NOT NULL,
            from_on DATE NOT NULL,
            amount BIGINT NOT NULL,
            CONSTRAINT pk_bank_tolerance PRIMARY KEY (party_id, from_on),
            CONSTRAINT ck_bank_tolerance_amount CHECK (amount BETWEEN 0 AND 1000),
            CONSTRAINT fk_bank_tolerance_party_id FOREIGN KEY(party_id) REFERENCES organisation (id)
        );
        CREATE FUNCTION bank_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is kept as it is: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'CK001';
        END $$;
        CREATE TRIGGER bank_statement_keep BEFORE UPDATE OR DELETE ON bank_statement
            FOR EACH ROW EXECUTE FUNCTION bank_refuse_change();
        CREATE TRIGGER bank_tolerance_keep BEFORE DELETE ON bank_tolerance
            FOR EACH ROW EXECUTE FUNCTION bank_refuse_change();
        CREATE FUNCTION bank_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moving text[] := CASE TG_TABLE_NAME
                WHEN 'bank_entry' THEN '{state,fault,note,twin_id,decided_at,decided_by_id}'
                WHEN 'bank_account' THEN '{party_id,blocked}' ELSE '{undone_at,undone_by_id}' END;
        BEGIN
            IF TG_OP = 'DELETE' OR to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving
                OR (TG_TABLE_NAME = 'bank_account' AND to_jsonb(OLD) ->> 'party_id' IS NOT NULL
                    AND to_jsonb(NEW) ->> 'party_id' IS DISTINCT FROM to_jsonb(OLD) ->> 'party_id')
                OR (TG_TABLE_NAME = 'bank_booking' AND to_jsonb(OLD) ->> 'undone_at' IS NOT NULL) THEN
                RAISE EXCEPTION '% % is kept as it is', TG_TABLE_NAME, OLD.id USING ERRCODE = 'CK001';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER bank_entry_keep BEFORE UPDATE OR DELETE ON bank_entry
            FOR EACH ROW EXECUTE FUNCTION bank_keep();
        CREATE TRIGGER bank_account_keep BEFORE UPDATE OR DELETE ON bank_account
            FOR EACH ROW EXECUTE FUNCTION bank_keep();
        CREATE TRIGGER bank_booking_keep BEFORE UPDATE OR DELETE ON bank_booking
            FOR EACH ROW EXECUTE FUNCTION bank_keep();

        -- At commit: what is booked of an entry is all of it, or nothing; a twin is the same money the other way.
        CREATE FUNCTION bank_whole() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            entry_key bigint := coalesce(to_jsonb(NEW) ->> 'entry_id', to_jsonb(NEW) ->> 'id');
        BEGIN
            PERFORM FROM bank_entry e LEFT JOIN bank_entry twin ON twin.id = e.twin_id
                WHERE e.id = entry_key AND (
                    (e.twin_id IS NOT NULL AND twin.amount <> -e.amount)
                    OR (SELECT coalesce(sum(b.amount), 0) FROM bank_booking b
                        WHERE b.entry_id = e.id AND b.undone_at IS NULL)
                    <> CASE WHEN e.state = 'booked' AND e.twin_id IS NULL THEN abs(e.amount) ELSE 0 END);
            IF FOUND THEN
                RAISE EXCEPTION 'entry % is not booked whole', entry_key USING ERRCODE = 'CK002';
            END IF;
            RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER bank_entry_whole AFTER UPDATE ON bank_entry DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION bank_whole();
        CREATE CONSTRAINT TRIGGER bank_booking_whole AFTER INSERT OR UPDATE ON bank_booking
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bank_whole();
    """)


def downgrade() -> None:
    """Take it away. A payment nobody wrote down is kept as written down by whoever approved or sent its invoice."""
    op.execute("""
        DROP TABLE bank_tolerance, bank_booking, bank_entry, bank_statement, bank_account;
        DROP FUNCTION bank_whole(), bank_keep(), bank_refuse_change();
        ALTER TABLE payment DISABLE TRIGGER USER;
        UPDATE payment SET recorded_by_id = (SELECT sent_by_id FROM invoice WHERE invoice.id = payment.invoice_id)
            WHERE recorded_by_id IS NULL;
        ALTER TABLE payment ENABLE TRIGGER USER;
        ALTER TABLE payment ALTER COLUMN recorded_by_id SET NOT NULL;
    """)
