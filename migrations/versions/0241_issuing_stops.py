"""Why issuing stopped, until a person lets it go on."""

from alembic import op

revision = "0241_issuing_stops"
down_revision = "0240_measures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What stands still now does so for a count that fell short."""
    op.execute("""
        CREATE TABLE issuing_stop (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_issuing_stop PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_issuing_stop_public_id UNIQUE,
            instrument_code text NOT NULL CONSTRAINT fk_issuing_stop_instrument_code REFERENCES instrument (code),
            live boolean NOT NULL,
            cause text NOT NULL,
            stopped_at timestamptz NOT NULL,
            lifted_at timestamptz,
            lifted_by_id bigint CONSTRAINT fk_issuing_stop_lifted_by_id REFERENCES user_account (id),
            why text,
            CONSTRAINT ck_issuing_stop_cause
                CHECK (cause IN ('short', 'missing', 'ceiling', 'complaints', 'loss')),
            CONSTRAINT ck_issuing_stop_lifted CHECK (num_nulls(lifted_at, lifted_by_id, why) IN (0, 3)),
            CONSTRAINT ck_issuing_stop_order CHECK (lifted_at >= stopped_at)
        );
        CREATE UNIQUE INDEX uq_issuing_stop_open ON issuing_stop (instrument_code, live, cause)
            WHERE lifted_at IS NULL;
        CREATE FUNCTION issuing_stop_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            lifting text[] := '{lifted_at,lifted_by_id,why}';
        BEGIN
            IF OLD.lifted_at IS NOT NULL OR to_jsonb(NEW) - lifting <> to_jsonb(OLD) - lifting THEN
                RAISE EXCEPTION 'stop % is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER issuing_stop_keep BEFORE UPDATE ON issuing_stop
            FOR EACH ROW EXECUTE FUNCTION issuing_stop_keep();
        CREATE TRIGGER issuing_stop_no_delete BEFORE DELETE ON issuing_stop
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER issuing_stop_no_truncate BEFORE TRUNCATE ON issuing_stop EXECUTE FUNCTION refuse_change();
        INSERT INTO issuing_stop (public_id, instrument_code, live, cause, stopped_at)
            SELECT gen_random_uuid(), code, confirmed_at IS NOT NULL, 'short', cwb_now()
            FROM instrument WHERE stopped;
        CREATE FUNCTION instrument_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT NEW.stopped AND EXISTS (SELECT FROM issuing_stop WHERE instrument_code = NEW.code
                    AND live = (NEW.confirmed_at IS NOT NULL) AND lifted_at IS NULL) THEN
                RAISE EXCEPTION 'issuing of % stopped, and nobody let it go on', NEW.code
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER instrument_goes_on BEFORE UPDATE OF stopped ON instrument
            FOR EACH ROW EXECUTE FUNCTION instrument_goes_on();
    """)


def downgrade() -> None:
    """Forget why."""
    op.execute("""
        DROP TRIGGER instrument_goes_on ON instrument; DROP FUNCTION instrument_goes_on;
        DROP TABLE issuing_stop; DROP FUNCTION issuing_stop_keep
    """)
