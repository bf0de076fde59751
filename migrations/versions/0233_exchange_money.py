"""Adverts whose price is in local money, and what readers report of an advert to the programme."""

from alembic import op

revision = "0233_exchange_money"
down_revision = "0182_versions_and_persons"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No advert has a price yet; none is reported."""
    op.execute("""
        ALTER TABLE advert
            ADD COLUMN instrument_code text CONSTRAINT fk_advert_instrument_code REFERENCES instrument (code),
            ADD COLUMN price bigint,
            ADD CONSTRAINT ck_advert_money CHECK (
                instrument_code IS NULL OR (instrument_code <> 'WIJK' AND deal IN ('rent-lease', 'buy-sell'))),
            ADD CONSTRAINT ck_advert_price CHECK (price > 0 AND (price IS NULL OR instrument_code IS NOT NULL));
        CREATE TABLE advert_report (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_advert_report PRIMARY KEY,
            advert_id bigint NOT NULL
                CONSTRAINT fk_advert_report_advert_id REFERENCES advert (id) ON DELETE CASCADE,
            reported_by_id bigint NOT NULL
                CONSTRAINT fk_advert_report_reported_by_id REFERENCES user_account (id),
            reason text NOT NULL,
            title text NOT NULL,
            text text NOT NULL,
            reported_at timestamptz NOT NULL,
            decided_at timestamptz,
            decided_by_id bigint CONSTRAINT fk_advert_report_decided_by_id REFERENCES user_account (id),
            taken_away boolean,
            CONSTRAINT uq_advert_report_advert_id_reported_by_id UNIQUE (advert_id, reported_by_id),
            CONSTRAINT ck_advert_report_reason CHECK (reason <> '' AND length(reason) <= 500),
            CONSTRAINT ck_advert_report_decided CHECK (num_nulls(decided_at, decided_by_id, taken_away) IN (0, 3)),
            CONSTRAINT ck_advert_report_other CHECK (decided_by_id <> reported_by_id)
        );
        CREATE INDEX ix_advert_report_waiting ON advert_report (reported_at) WHERE decided_at IS NULL;
        CREATE FUNCTION advert_report_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            deciding text[] := '{decided_at,decided_by_id,taken_away}';
        BEGIN
            IF OLD.decided_at IS NOT NULL OR to_jsonb(NEW) - deciding <> to_jsonb(OLD) - deciding THEN
                RAISE EXCEPTION 'report % is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER advert_report_keep BEFORE UPDATE ON advert_report
            FOR EACH ROW EXECUTE FUNCTION advert_report_keep();
    """)


def downgrade() -> None:
    """Forget both."""
    op.execute("""
        DROP TABLE advert_report; DROP FUNCTION advert_report_keep;
        ALTER TABLE advert DROP COLUMN price, DROP COLUMN instrument_code;
    """)
