"""Direct debits through an organisation's own bank: its identifier, mandates with an account, files, and their debits."""

from alembic import op

revision = "0212_bank_debits"
down_revision = "0239_winddown"
branch_labels = None
depends_on = None

_WHYS = (
    "'reference', 'mark', 'in_text', 'part', 'rest', 'known', 'near', 'amount', 'number', 'double', 'person', "
    "'free', 'blocked'"
)


def upgrade() -> None:
    """A file stays as it was made; a debit ends once; of one debt one debit is under way."""
    op.execute(f"""
        CREATE TABLE debit_creditor (
            organisation_id bigint CONSTRAINT pk_debit_creditor PRIMARY KEY
                CONSTRAINT fk_debit_creditor_organisation_id REFERENCES organisation (id),
            creditor_id text NOT NULL CONSTRAINT ck_debit_creditor_creditor_id
                CHECK (creditor_id ~ '^[A-Z]{{2}}[0-9]{{2}}[A-Z0-9]{{3}}[A-Z0-9]{{1,28}}$'),
            iban text NOT NULL,
            version bigint NOT NULL,
            saved_by_id bigint NOT NULL CONSTRAINT fk_debit_creditor_saved_by_id REFERENCES user_account (id),
            saved_at timestamptz NOT NULL
        );

        ALTER TABLE debit_mandate ALTER COLUMN payer_id DROP NOT NULL;
        ALTER TABLE debit_mandate
            ADD COLUMN medium text NOT NULL DEFAULT 'provider',
            ADD COLUMN iban text,
            ADD COLUMN holder text NOT NULL DEFAULT '';
        ALTER TABLE debit_mandate ALTER COLUMN medium DROP DEFAULT, ALTER COLUMN holder DROP DEFAULT;
        ALTER TABLE debit_mandate DROP CONSTRAINT ck_debit_mandate_whole;
        ALTER TABLE debit_mandate
            ADD CONSTRAINT ck_debit_mandate_whole CHECK (
                (given_on IS NULL) = (reference IS NULL)
                AND (given_on IS NULL) = (num_nonnulls(method, iban) = 0)),
            ADD CONSTRAINT ck_debit_mandate_medium CHECK (
                medium IN ('provider', 'phone', 'paper') AND (medium = 'provider') = (iban IS NULL)
                AND (iban IS NULL) = (holder = '') AND (iban IS NULL OR session IS NULL)),
            ADD CONSTRAINT ck_debit_mandate_payer CHECK (payer_id IS NOT NULL OR medium = 'paper');

        CREATE TABLE debit_file (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_debit_file PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_debit_file_public_id UNIQUE,
            organisation_id bigint NOT NULL CONSTRAINT fk_debit_file_organisation_id REFERENCES organisation (id),
            creditor_id text NOT NULL,
            iban text NOT NULL,
            message_id text NOT NULL CONSTRAINT uq_debit_file_message_id UNIQUE,
            debits bigint NOT NULL,
            amount bigint NOT NULL,
            content text NOT NULL,
            checksum text NOT NULL CONSTRAINT ck_debit_file_checksum CHECK (length(checksum) = 64),
            made_at timestamptz NOT NULL,
            made_by_id bigint NOT NULL CONSTRAINT fk_debit_file_made_by_id REFERENCES user_account (id),
            withdrawn_at timestamptz,
            CONSTRAINT ck_debit_file_amount CHECK (amount > 0 AND debits > 0)
        );
        CREATE INDEX ix_debit_file_organisation_id ON debit_file (organisation_id);

        CREATE TABLE bank_debit (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_bank_debit PRIMARY KEY,
            file_id bigint NOT NULL CONSTRAINT fk_bank_debit_file_id REFERENCES debit_file (id),
            organisation_id bigint NOT NULL CONSTRAINT fk_bank_debit_organisation_id REFERENCES organisation (id),
            mandate_id bigint NOT NULL CONSTRAINT fk_bank_debit_mandate_id REFERENCES debit_mandate (id),
            about text NOT NULL,
            account_id bigint NOT NULL CONSTRAINT fk_bank_debit_account_id REFERENCES account (id),
            kind text NOT NULL,
            amount bigint NOT NULL CONSTRAINT ck_bank_debit_amount CHECK (amount > 0),
            collect_on date NOT NULL,
            turn text NOT NULL CONSTRAINT ck_bank_debit_turn CHECK (turn IN ('FRST', 'RCUR')),
            mark text NOT NULL CONSTRAINT uq_bank_debit_mark UNIQUE,
            group_mark text NOT NULL,
            state text NOT NULL CONSTRAINT ck_bank_debit_state
                CHECK (state IN ('sent', 'refused', 'returned', 'withdrawn')),
            code text NOT NULL,
            decided_at timestamptz,
            CONSTRAINT ck_bank_debit_decided CHECK ((state = 'sent') = (decided_at IS NULL)),
            CONSTRAINT ck_bank_debit_code CHECK (code = '' OR state IN ('refused', 'returned'))
        );
        CREATE UNIQUE INDEX uq_bank_debit_live ON bank_debit (organisation_id, about) WHERE state = 'sent';
        CREATE INDEX ix_bank_debit_file_id ON bank_debit (file_id);
        CREATE INDEX ix_bank_debit_mandate_id ON bank_debit (mandate_id);
        CREATE INDEX ix_bank_debit_group_mark ON bank_debit (group_mark);

        CREATE FUNCTION bank_debit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moving text[] := CASE TG_TABLE_NAME
                WHEN 'debit_file' THEN '{{withdrawn_at}}' ELSE '{{state,code,decided_at}}' END;
            over boolean := coalesce(to_jsonb(OLD) ->> 'withdrawn_at', to_jsonb(OLD) ->> 'decided_at') IS NOT NULL;
        BEGIN
            IF to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving OR (over AND to_jsonb(NEW) <> to_jsonb(OLD)) THEN
                RAISE EXCEPTION '% % is kept as it is', TG_TABLE_NAME, OLD.id USING ERRCODE = 'CI003';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER debit_file_keep BEFORE UPDATE ON debit_file
            FOR EACH ROW EXECUTE FUNCTION bank_debit_keep();
        CREATE TRIGGER bank_debit_keep BEFORE UPDATE ON bank_debit
            FOR EACH ROW EXECUTE FUNCTION bank_debit_keep();
        CREATE TRIGGER debit_file_no_delete BEFORE DELETE ON debit_file
            FOR EACH ROW EXECUTE FUNCTION invoicing_refuse_change();
        CREATE TRIGGER bank_debit_no_delete BEFORE DELETE ON bank_debit
            FOR EACH ROW EXECUTE FUNCTION invoicing_refuse_change();

        ALTER TABLE bank_booking ADD COLUMN debit_id bigint
            CONSTRAINT fk_bank_booking_debit_id REFERENCES bank_debit (id);
        CREATE UNIQUE INDEX uq_bank_booking_debit ON bank_booking (debit_id, kind) WHERE undone_at IS NULL;
        ALTER TABLE bank_booking DROP CONSTRAINT ck_bank_booking_kind, DROP CONSTRAINT ck_bank_booking_invoice,
            DROP CONSTRAINT ck_bank_booking_transfer, DROP CONSTRAINT ck_bank_booking_why;
        ALTER TABLE bank_booking
            ADD CONSTRAINT ck_bank_booking_kind CHECK (
                kind IN ('payment', 'refund', 'credit', 'other', 'purchase', 'payout', 'debit', 'return')),
            ADD CONSTRAINT ck_bank_booking_why CHECK (why IN ({_WHYS}, 'debit')),
            ADD CONSTRAINT ck_bank_booking_invoice CHECK (
                (kind IN ('other', 'purchase', 'payout', 'debit', 'return')) = (invoice_id IS NULL)),
            ADD CONSTRAINT ck_bank_booking_transfer CHECK (
                (kind IN ('credit', 'other', 'payout', 'debit', 'return')) = (transfer_id IS NOT NULL)),
            ADD CONSTRAINT ck_bank_booking_debit CHECK ((kind IN ('debit', 'return')) = (debit_id IS NOT NULL));
    """)


def downgrade() -> None:
    """Entries that told of debits stay booked, without saying so; mandates with an account go where none was used."""
    op.execute(f"""
        ALTER TABLE bank_booking DROP CONSTRAINT ck_bank_booking_kind, DROP CONSTRAINT ck_bank_booking_invoice,
            DROP CONSTRAINT ck_bank_booking_transfer, DROP CONSTRAINT ck_bank_booking_why,
            DROP CONSTRAINT ck_bank_booking_debit;
        ALTER TABLE bank_booking DISABLE TRIGGER USER;
        UPDATE bank_booking SET kind = 'other', role = 'clearing', why = 'person' WHERE kind IN ('debit', 'return');
        ALTER TABLE bank_booking ENABLE TRIGGER USER;
        ALTER TABLE bank_booking DROP COLUMN debit_id;
        ALTER TABLE bank_booking
            ADD CONSTRAINT ck_bank_booking_kind
                CHECK (kind IN ('payment', 'refund', 'credit', 'other', 'purchase', 'payout')),
            ADD CONSTRAINT ck_bank_booking_why CHECK (why IN ({_WHYS})),
            ADD CONSTRAINT ck_bank_booking_invoice
                CHECK ((kind IN ('other', 'purchase', 'payout')) = (invoice_id IS NULL)),
            ADD CONSTRAINT ck_bank_booking_transfer
                CHECK ((kind IN ('credit', 'other', 'payout')) = (transfer_id IS NOT NULL));
        DROP TABLE bank_debit, debit_file, debit_creditor;
        DROP FUNCTION bank_debit_keep();
        ALTER TABLE debit_mandate DROP CONSTRAINT ck_debit_mandate_whole, DROP CONSTRAINT ck_debit_mandate_medium,
            DROP CONSTRAINT ck_debit_mandate_payer;
        ALTER TABLE debit_mandate DISABLE TRIGGER USER;
        DELETE FROM debit_mandate WHERE medium <> 'provider';
        ALTER TABLE debit_mandate ENABLE TRIGGER USER;
        ALTER TABLE debit_mandate DROP COLUMN medium, DROP COLUMN iban, DROP COLUMN holder;
        ALTER TABLE debit_mandate ALTER COLUMN payer_id SET NOT NULL;
        ALTER TABLE debit_mandate ADD CONSTRAINT ck_debit_mandate_whole
            CHECK ((given_on IS NULL) = (reference IS NULL) AND (given_on IS NULL) = (method IS NULL));
    """)
