"""What local money did per window, and what running it cost."""

from alembic import op

revision = "0240_measures"
down_revision = "0219_bank_reports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is measured yet."""
    op.execute("""
        CREATE TABLE circulation_measure (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_circulation_measure PRIMARY KEY,
            instrument_code text NOT NULL
                CONSTRAINT fk_circulation_measure_instrument_code REFERENCES instrument (code),
            live boolean NOT NULL,
            first_on date NOT NULL,
            until_on date NOT NULL,
            document text NOT NULL,
            checksum text NOT NULL,
            code text NOT NULL,
            measured_at timestamptz NOT NULL,
            CONSTRAINT uq_circulation_measure_instrument_code_live_until_on_first_on
                UNIQUE (instrument_code, live, until_on, first_on),
            CONSTRAINT ck_circulation_measure_window CHECK (first_on < until_on),
            CONSTRAINT ck_circulation_measure_checksum
                CHECK (checksum = encode(sha256(convert_to(document, 'UTF8')), 'hex')),
            CONSTRAINT ck_circulation_measure_code CHECK (code ~ '^[0-9a-f]{64}$')
        );
        CREATE TRIGGER circulation_measure_append_only BEFORE UPDATE OR DELETE ON circulation_measure
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER circulation_measure_no_truncate BEFORE TRUNCATE ON circulation_measure
            EXECUTE FUNCTION refuse_change();
        CREATE TABLE currency_cost (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_currency_cost PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_currency_cost_public_id UNIQUE,
            instrument_code text NOT NULL CONSTRAINT fk_currency_cost_instrument_code REFERENCES instrument (code),
            live boolean NOT NULL,
            spent_on date NOT NULL,
            amount bigint NOT NULL,
            minutes bigint NOT NULL,
            what text NOT NULL,
            noted_at timestamptz NOT NULL,
            noted_by_id bigint NOT NULL CONSTRAINT fk_currency_cost_noted_by_id REFERENCES user_account (id),
            withdrawn_at timestamptz,
            withdrawn_by_id bigint CONSTRAINT fk_currency_cost_withdrawn_by_id REFERENCES user_account (id),
            CONSTRAINT ck_currency_cost_amount CHECK (amount >= 0 AND minutes >= 0 AND amount + minutes > 0),
            CONSTRAINT ck_currency_cost_what CHECK (length(what) BETWEEN 3 AND 200),
            CONSTRAINT ck_currency_cost_past
                CHECK (spent_on <= (noted_at AT TIME ZONE 'Europe/Amsterdam')::date),
            CONSTRAINT ck_currency_cost_withdrawn CHECK (num_nulls(withdrawn_at, withdrawn_by_id) IN (0, 2))
        );
        CREATE INDEX ix_currency_cost_instrument_code ON currency_cost (instrument_code, live, spent_on);
        CREATE FUNCTION currency_cost_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            off text[] := '{withdrawn_at,withdrawn_by_id}';
        BEGIN
            IF OLD.withdrawn_at IS NOT NULL OR to_jsonb(NEW) - off <> to_jsonb(OLD) - off THEN
                RAISE EXCEPTION 'cost % is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER currency_cost_keep BEFORE UPDATE ON currency_cost
            FOR EACH ROW EXECUTE FUNCTION currency_cost_keep();
        CREATE TRIGGER currency_cost_no_delete BEFORE DELETE ON currency_cost
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER currency_cost_no_truncate BEFORE TRUNCATE ON currency_cost EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Forget it."""
    op.execute("DROP TABLE currency_cost, circulation_measure; DROP FUNCTION currency_cost_keep")
