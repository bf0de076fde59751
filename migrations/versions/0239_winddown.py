"""Plans to end an instrument, and what each wallet got of it."""

from alembic import op

revision = "0239_winddown"
down_revision = "0238_ballots"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None are there."""
    op.execute("""
        CREATE TABLE wind_down (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_wind_down PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_wind_down_public_id UNIQUE,
            instrument_code text NOT NULL CONSTRAINT fk_wind_down_instrument_code REFERENCES instrument (code),
            live boolean NOT NULL,
            why text NOT NULL,
            good_cause text NOT NULL,
            ends_on date NOT NULL,
            planned_at timestamptz NOT NULL,
            planned_by_id bigint NOT NULL CONSTRAINT fk_wind_down_planned_by_id REFERENCES user_account (id),
            agreed_at timestamptz,
            agreed_by_id bigint CONSTRAINT fk_wind_down_agreed_by_id REFERENCES user_account (id),
            withdrawn_at timestamptz,
            withdrawn_by_id bigint CONSTRAINT fk_wind_down_withdrawn_by_id REFERENCES user_account (id),
            withdrawn_why text,
            begun_at timestamptz,
            begun_by_id bigint CONSTRAINT fk_wind_down_begun_by_id REFERENCES user_account (id),
            residents bigint,
            firms bigint,
            fees bigint,
            residents_paid_at timestamptz,
            firms_paid_at timestamptz,
            rest bigint,
            done_at timestamptz,
            CONSTRAINT ck_wind_down_agreed CHECK (num_nulls(agreed_at, agreed_by_id) IN (0, 2)),
            CONSTRAINT ck_wind_down_second CHECK (agreed_by_id <> planned_by_id),
            CONSTRAINT ck_wind_down_withdrawn CHECK (num_nulls(withdrawn_at, withdrawn_by_id, withdrawn_why) IN (0, 3)
                AND (withdrawn_at IS NULL OR begun_at IS NULL)),
            CONSTRAINT ck_wind_down_begun CHECK (num_nulls(begun_at, begun_by_id, residents, firms, fees) IN (0, 5)
                AND (begun_at IS NULL OR agreed_at IS NOT NULL) AND residents >= 0 AND fees BETWEEN 0 AND firms),
            CONSTRAINT ck_wind_down_steps CHECK ((residents_paid_at IS NULL OR begun_at IS NOT NULL)
                AND (firms_paid_at IS NULL OR residents_paid_at IS NOT NULL)
                AND (done_at IS NULL OR firms_paid_at IS NOT NULL) AND (done_at IS NULL) = (rest IS NULL)),
            CONSTRAINT ck_wind_down_notice CHECK (ends_on >= (planned_at AT TIME ZONE 'Europe/Amsterdam')::date
                + CASE WHEN live THEN 365 ELSE 30 END),
            CONSTRAINT ck_wind_down_after_notice CHECK ((begun_at AT TIME ZONE 'Europe/Amsterdam')::date > ends_on)
        );
        CREATE UNIQUE INDEX uq_wind_down_running ON wind_down (instrument_code, live) WHERE withdrawn_at IS NULL;
        CREATE FUNCTION wind_down_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moving text[] := '{agreed_at,agreed_by_id,withdrawn_at,withdrawn_by_id,withdrawn_why,begun_at,begun_by_id,
                residents,firms,fees,residents_paid_at,firms_paid_at,rest,done_at}';
            each text;
        BEGIN
            IF to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving OR OLD.withdrawn_at IS NOT NULL THEN
                RAISE EXCEPTION 'wind-down % is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            FOREACH each IN ARRAY moving LOOP
                IF to_jsonb(OLD) -> each <> 'null' AND to_jsonb(NEW) -> each <> to_jsonb(OLD) -> each THEN
                    RAISE EXCEPTION 'wind-down %: a step is done once', OLD.id USING ERRCODE = 'restrict_violation';
                END IF;
            END LOOP;
            RETURN NEW;
        END $$;
        CREATE TRIGGER wind_down_keep BEFORE UPDATE ON wind_down FOR EACH ROW EXECUTE FUNCTION wind_down_keep();
        CREATE TRIGGER wind_down_no_delete BEFORE DELETE ON wind_down FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER wind_down_no_truncate BEFORE TRUNCATE ON wind_down EXECUTE FUNCTION refuse_change();
        CREATE TABLE wind_down_line (
            wind_down_id bigint NOT NULL CONSTRAINT fk_wind_down_line_wind_down_id REFERENCES wind_down (id),
            wallet_id bigint NOT NULL CONSTRAINT fk_wind_down_line_wallet_id REFERENCES wallet (id),
            amount bigint NOT NULL,
            fee bigint NOT NULL,
            CONSTRAINT pk_wind_down_line PRIMARY KEY (wind_down_id, wallet_id),
            CONSTRAINT ck_wind_down_line_amount CHECK (amount > 0 AND fee BETWEEN 0 AND amount)
        );
        CREATE INDEX ix_wind_down_line_wallet_id ON wind_down_line (wallet_id);
        CREATE TRIGGER wind_down_line_append_only BEFORE UPDATE OR DELETE ON wind_down_line
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER wind_down_line_no_truncate BEFORE TRUNCATE ON wind_down_line EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("DROP TABLE wind_down_line, wind_down; DROP FUNCTION wind_down_keep")
