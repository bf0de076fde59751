"""What a bank answers about a file of transfers or debits: refused lines are released once."""

from alembic import op

revision = "0219_bank_reports"
down_revision = "0214_topups"
branch_labels = None
depends_on = None

_BATCH_KEEP = """
        CREATE OR REPLACE FUNCTION payment_batch_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moving text[] := CASE TG_TABLE_NAME WHEN 'payment_batch' THEN '{state,closed_at,closed_by_id%(batch)s}'
                ELSE '{live%(line)s}' END;
        BEGIN
            IF TG_OP = 'DELETE' OR to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving
                OR to_jsonb(OLD) ->> 'state' = 'closed' OR to_jsonb(OLD) ->> 'live' = 'false' THEN
                RAISE EXCEPTION '%% %% is kept as it is', TG_TABLE_NAME, OLD.id USING ERRCODE = 'CK001';
            END IF;
            RETURN NEW;
        END $$;
"""
_DEBIT_KEEP = """
        CREATE OR REPLACE FUNCTION bank_debit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moving text[] := CASE TG_TABLE_NAME
                WHEN 'debit_file' THEN '{withdrawn_at%(file)s}' ELSE '{state,code,decided_at}' END;
            over boolean := coalesce(to_jsonb(OLD) ->> 'withdrawn_at', to_jsonb(OLD) ->> 'decided_at') IS NOT NULL;
        BEGIN
            IF to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving OR (over AND to_jsonb(NEW) <> to_jsonb(OLD)) THEN
                RAISE EXCEPTION '%% %% is kept as it is', TG_TABLE_NAME, OLD.id USING ERRCODE = 'CI003';
            END IF;
            RETURN NEW;
        END $$;
"""


def upgrade() -> None:
    """No answer was read before."""
    op.execute(
        """
        CREATE TABLE bank_report (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_bank_report PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_bank_report_public_id UNIQUE,
            party_id bigint NOT NULL CONSTRAINT fk_bank_report_party_id REFERENCES organisation (id),
            number text NOT NULL,
            batch_id bigint CONSTRAINT fk_bank_report_batch_id REFERENCES payment_batch (id),
            file_id bigint CONSTRAINT fk_bank_report_file_id REFERENCES debit_file (id),
            standing text NOT NULL
                CONSTRAINT ck_bank_report_standing CHECK (standing IN ('accepted', 'partly', 'refused', 'pending')),
            refused bigint NOT NULL CONSTRAINT ck_bank_report_refused CHECK (refused >= 0),
            skipped jsonb NOT NULL,
            checksum text NOT NULL CONSTRAINT ck_bank_report_checksum CHECK (length(checksum) = 64),
            read_at timestamptz NOT NULL,
            read_by_id bigint NOT NULL CONSTRAINT fk_bank_report_read_by_id REFERENCES user_account (id),
            CONSTRAINT uq_bank_report_party_id_number UNIQUE (party_id, number),
            CONSTRAINT ck_bank_report_of_one CHECK (num_nonnulls(batch_id, file_id) = 1)
        );
        CREATE INDEX ix_bank_report_batch_id ON bank_report (batch_id);
        CREATE INDEX ix_bank_report_file_id ON bank_report (file_id);
        CREATE TRIGGER bank_report_keep BEFORE UPDATE OR DELETE ON bank_report
            FOR EACH ROW EXECUTE FUNCTION invoicing_refuse_change();

        ALTER TABLE payment_batch
            ADD COLUMN answer text NOT NULL DEFAULT '',
            ADD COLUMN answered_at timestamptz,
            ADD CONSTRAINT ck_payment_batch_answer CHECK ((answer = '') = (answered_at IS NULL));
        ALTER TABLE debit_file
            ADD COLUMN answer text NOT NULL DEFAULT '',
            ADD COLUMN answered_at timestamptz,
            ADD CONSTRAINT ck_debit_file_answer CHECK ((answer = '') = (answered_at IS NULL));
        ALTER TABLE batch_transfer
            ADD COLUMN code text NOT NULL DEFAULT '',
            ADD COLUMN refused_at timestamptz,
            ADD CONSTRAINT ck_batch_transfer_refused CHECK (refused_at IS NULL OR NOT live),
            ADD CONSTRAINT ck_batch_transfer_code CHECK (code = '' OR refused_at IS NOT NULL);
    """
        + _BATCH_KEEP % {"batch": ",answer,answered_at", "line": ",code,refused_at"}
        + _DEBIT_KEEP % {"file": ",answer,answered_at"}
    )


def downgrade() -> None:
    """What banks answered is forgotten; what ended by it stays ended."""
    op.execute(
        _BATCH_KEEP % {"batch": "", "line": ""}
        + _DEBIT_KEEP % {"file": ""}
        + """
        ALTER TABLE batch_transfer DROP COLUMN code, DROP COLUMN refused_at;
        ALTER TABLE debit_file DROP COLUMN answer, DROP COLUMN answered_at;
        ALTER TABLE payment_batch DROP COLUMN answer, DROP COLUMN answered_at;
        DROP TABLE bank_report;
    """
    )
