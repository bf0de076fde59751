"""Ending mutual credit: plans, where members stood, what happened since, and who got or bore what of it."""

from alembic import op

revision = "0236_unwinding"
down_revision = "0229_wiping_purchases"
branch_labels = None
depends_on = None

_PLAN = """
    CREATE TABLE unwinding (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_unwinding PRIMARY KEY,
        public_id uuid NOT NULL CONSTRAINT uq_unwinding_public_id UNIQUE,
        instrument_code text NOT NULL CONSTRAINT fk_unwinding_instrument_code REFERENCES instrument (code),
        live boolean NOT NULL,
        why text NOT NULL,
        document text NOT NULL,
        rest_to text NOT NULL,
        months bigint NOT NULL,
        ends_on date NOT NULL,
        written_at timestamptz NOT NULL,
        written_by_id bigint NOT NULL CONSTRAINT fk_unwinding_written_by_id REFERENCES user_account (id),
        agreed_at timestamptz,
        agreed_by_id bigint CONSTRAINT fk_unwinding_agreed_by_id REFERENCES user_account (id),
        withdrawn_at timestamptz,
        withdrawn_by_id bigint CONSTRAINT fk_unwinding_withdrawn_by_id REFERENCES user_account (id),
        withdrawn_why text,
        fixed_at timestamptz,
        fixed_by_id bigint CONSTRAINT fk_unwinding_fixed_by_id REFERENCES user_account (id),
        owing bigint,
        rest bigint,
        done_at timestamptz,
        CONSTRAINT ck_unwinding_agreed CHECK (num_nulls(agreed_at, agreed_by_id) IN (0, 2)),
        CONSTRAINT ck_unwinding_second CHECK (agreed_by_id <> written_by_id),
        CONSTRAINT ck_unwinding_withdrawn CHECK (num_nulls(withdrawn_at, withdrawn_by_id, withdrawn_why) IN (0, 3)
            AND (withdrawn_at IS NULL OR fixed_at IS NULL)),
        CONSTRAINT ck_unwinding_fixed CHECK (num_nulls(fixed_at, fixed_by_id, owing) IN (0, 3)
            AND (fixed_at IS NULL OR agreed_at IS NOT NULL) AND owing >= 0),
        CONSTRAINT ck_unwinding_done CHECK (num_nulls(done_at, rest) IN (0, 2)
            AND (done_at IS NULL OR fixed_at IS NOT NULL) AND rest >= 0),
        CONSTRAINT ck_unwinding_months CHECK (months BETWEEN 1 AND 36),
        CONSTRAINT ck_unwinding_notice CHECK (ends_on >= (written_at AT TIME ZONE 'Europe/Amsterdam')::date
            + CASE WHEN live THEN 365 ELSE 30 END),
        CONSTRAINT ck_unwinding_after_notice CHECK ((fixed_at AT TIME ZONE 'Europe/Amsterdam')::date > ends_on)
    );
    CREATE UNIQUE INDEX uq_unwinding_running ON unwinding (instrument_code, live) WHERE withdrawn_at IS NULL;
    CREATE TABLE unwinding_line (
        unwinding_id bigint NOT NULL CONSTRAINT fk_unwinding_line_unwinding_id REFERENCES unwinding (id),
        wallet_id bigint NOT NULL CONSTRAINT fk_unwinding_line_wallet_id REFERENCES wallet (id),
        amount bigint NOT NULL,
        CONSTRAINT pk_unwinding_line PRIMARY KEY (unwinding_id, wallet_id),
        CONSTRAINT ck_unwinding_line_amount CHECK (amount <> 0)
    );
    CREATE INDEX ix_unwinding_line_wallet_id ON unwinding_line (wallet_id);
    CREATE TABLE unwinding_event (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_unwinding_event PRIMARY KEY,
        public_id uuid NOT NULL CONSTRAINT uq_unwinding_event_public_id UNIQUE,
        unwinding_id bigint NOT NULL CONSTRAINT fk_unwinding_event_unwinding_id REFERENCES unwinding (id),
        kind text NOT NULL,
        wallet_id bigint CONSTRAINT fk_unwinding_event_wallet_id REFERENCES wallet (id),
        amount bigint NOT NULL,
        reserve bigint NOT NULL,
        about text NOT NULL,
        written_at timestamptz NOT NULL,
        written_by_id bigint NOT NULL CONSTRAINT fk_unwinding_event_written_by_id REFERENCES user_account (id),
        confirmed_at timestamptz,
        confirmed_by_id bigint CONSTRAINT fk_unwinding_event_confirmed_by_id REFERENCES user_account (id),
        withdrawn_at timestamptz,
        transfer_id bigint CONSTRAINT fk_unwinding_event_transfer_id REFERENCES transfer (id)
            CONSTRAINT uq_unwinding_event_transfer_id UNIQUE,
        CONSTRAINT ck_unwinding_event_kind CHECK (kind IN ('received', 'paid', 'lost', 'reserve')),
        CONSTRAINT ck_unwinding_event_amount CHECK (amount > 0 AND reserve BETWEEN 0 AND amount),
        CONSTRAINT ck_unwinding_event_wallet CHECK ((wallet_id IS NOT NULL) = (kind IN ('received', 'lost'))),
        CONSTRAINT ck_unwinding_event_booked CHECK (kind = 'lost' OR (transfer_id IS NOT NULL AND reserve = 0)),
        CONSTRAINT ck_unwinding_event_confirmed CHECK (num_nulls(confirmed_at, confirmed_by_id) IN (0, 2)
            AND (confirmed_at IS NULL OR kind = 'lost')
            AND (kind <> 'lost' OR (confirmed_at IS NULL) = (transfer_id IS NULL))),
        CONSTRAINT ck_unwinding_event_second CHECK (confirmed_by_id <> written_by_id),
        CONSTRAINT ck_unwinding_event_withdrawn CHECK (withdrawn_at IS NULL OR transfer_id IS NULL)
    );
    CREATE INDEX ix_unwinding_event_unwinding_id ON unwinding_event (unwinding_id);
    CREATE INDEX ix_unwinding_event_wallet_id ON unwinding_event (wallet_id);
    CREATE UNIQUE INDEX uq_unwinding_event_waiting ON unwinding_event (wallet_id)
        WHERE transfer_id IS NULL AND withdrawn_at IS NULL;
    CREATE TABLE unwinding_share (
        event_id bigint NOT NULL CONSTRAINT fk_unwinding_share_event_id REFERENCES unwinding_event (id),
        wallet_id bigint NOT NULL CONSTRAINT fk_unwinding_share_wallet_id REFERENCES wallet (id),
        amount bigint NOT NULL,
        CONSTRAINT pk_unwinding_share PRIMARY KEY (event_id, wallet_id),
        CONSTRAINT ck_unwinding_share_amount CHECK (amount > 0)
    );
    CREATE INDEX ix_unwinding_share_wallet_id ON unwinding_share (wallet_id);
"""

_FENCES = """
    CREATE FUNCTION unwinding_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        moving text[] := '{agreed_at,agreed_by_id,withdrawn_at,withdrawn_by_id,withdrawn_why,fixed_at,fixed_by_id,
            owing,rest,done_at}';
        each text;
    BEGIN
        IF to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving OR OLD.withdrawn_at IS NOT NULL THEN
            RAISE EXCEPTION 'unwinding % is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        FOREACH each IN ARRAY moving LOOP
            IF to_jsonb(OLD) -> each <> 'null' AND to_jsonb(NEW) -> each <> to_jsonb(OLD) -> each THEN
                RAISE EXCEPTION 'unwinding %: a step is done once', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
        END LOOP;
        IF OLD.fixed_at IS NULL AND NEW.fixed_at IS NOT NULL AND (
            SELECT (coalesce(sum(amount), 0), coalesce(sum(amount) FILTER (WHERE amount > 0), 0))
                <> (0::numeric, NEW.owing::numeric) FROM unwinding_line WHERE unwinding_id = NEW.id) THEN
            RAISE EXCEPTION 'unwinding %: positions are not zero together', OLD.id USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.done_at IS NULL AND NEW.done_at IS NOT NULL AND 2 * NEW.owing <> (
            SELECT coalesce(sum(e.amount) FILTER (WHERE e.kind IN ('received', 'lost')), 0) FROM unwinding_event e
                WHERE e.unwinding_id = NEW.id AND e.transfer_id IS NOT NULL) + (
            SELECT coalesce(sum(s.amount), 0) FROM unwinding_share s JOIN unwinding_event e ON e.id = s.event_id
                WHERE e.unwinding_id = NEW.id AND e.transfer_id IS NOT NULL) THEN
            RAISE EXCEPTION 'unwinding %: something is open', OLD.id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER unwinding_keep BEFORE UPDATE ON unwinding FOR EACH ROW EXECUTE FUNCTION unwinding_keep();
    CREATE TRIGGER unwinding_no_delete BEFORE DELETE ON unwinding FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER unwinding_no_truncate BEFORE TRUNCATE ON unwinding EXECUTE FUNCTION refuse_change();

    CREATE FUNCTION unwinding_line_open() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM unwinding WHERE id = NEW.unwinding_id AND fixed_at IS NOT NULL) THEN
            RAISE EXCEPTION 'positions of % are fixed', NEW.unwinding_id USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER unwinding_line_open BEFORE INSERT ON unwinding_line
        FOR EACH ROW EXECUTE FUNCTION unwinding_line_open();
    CREATE TRIGGER unwinding_line_append_only BEFORE UPDATE OR DELETE ON unwinding_line
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER unwinding_line_no_truncate BEFORE TRUNCATE ON unwinding_line EXECUTE FUNCTION refuse_change();

    CREATE FUNCTION unwinding_event_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        moving text[] := '{confirmed_at,confirmed_by_id,withdrawn_at,transfer_id,reserve}';
    BEGIN
        IF TG_OP = 'UPDATE' AND (OLD.transfer_id IS NOT NULL OR OLD.withdrawn_at IS NOT NULL
                OR to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving) THEN
            RAISE EXCEPTION 'event % is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        IF NOT EXISTS (SELECT FROM unwinding WHERE id = NEW.unwinding_id AND withdrawn_at IS NULL AND done_at IS NULL
                AND (NEW.kind = 'reserve' OR fixed_at IS NOT NULL)) THEN
            RAISE EXCEPTION 'nothing happens in % now', NEW.unwinding_id USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.kind IN ('received', 'lost') AND NEW.transfer_id IS NOT NULL AND NEW.amount + (
            SELECT coalesce(sum(amount), 0) FROM unwinding_event WHERE unwinding_id = NEW.unwinding_id
                AND wallet_id = NEW.wallet_id AND transfer_id IS NOT NULL AND public_id <> NEW.public_id
        ) > (SELECT coalesce(-sum(amount), 0) FROM unwinding_line
                WHERE unwinding_id = NEW.unwinding_id AND wallet_id = NEW.wallet_id) THEN
            RAISE EXCEPTION 'wallet % pays more than it owes', NEW.wallet_id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER unwinding_event_keep BEFORE INSERT OR UPDATE ON unwinding_event
        FOR EACH ROW EXECUTE FUNCTION unwinding_event_keep();
    CREATE TRIGGER unwinding_event_no_delete BEFORE DELETE ON unwinding_event
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER unwinding_event_no_truncate BEFORE TRUNCATE ON unwinding_event EXECUTE FUNCTION refuse_change();

    CREATE FUNCTION unwinding_event_whole() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.kind IN ('paid', 'lost') AND NEW.transfer_id IS NOT NULL AND NEW.amount - NEW.reserve <> (
                SELECT coalesce(sum(amount), 0) FROM unwinding_share WHERE event_id = NEW.id) THEN
            RAISE EXCEPTION 'event %: its shares are not the whole', NEW.id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER unwinding_event_whole AFTER INSERT OR UPDATE ON unwinding_event
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION unwinding_event_whole();

    CREATE FUNCTION unwinding_share_fits() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        plan bigint := (SELECT unwinding_id FROM unwinding_event WHERE id = NEW.event_id);
    BEGIN
        IF (SELECT coalesce(sum(s.amount), 0) FROM unwinding_share s JOIN unwinding_event e ON e.id = s.event_id
                WHERE e.unwinding_id = plan AND s.wallet_id = NEW.wallet_id)
            > (SELECT coalesce(sum(amount), 0) FROM unwinding_line
                WHERE unwinding_id = plan AND wallet_id = NEW.wallet_id) THEN
            RAISE EXCEPTION 'wallet % gets more than it is owed', NEW.wallet_id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER unwinding_share_fits AFTER INSERT ON unwinding_share
        FOR EACH ROW EXECUTE FUNCTION unwinding_share_fits();
    CREATE TRIGGER unwinding_share_append_only BEFORE UPDATE OR DELETE ON unwinding_share
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER unwinding_share_no_truncate BEFORE TRUNCATE ON unwinding_share EXECUTE FUNCTION refuse_change();

    ALTER TABLE issuing_stop DROP CONSTRAINT ck_issuing_stop_cause, ADD CONSTRAINT ck_issuing_stop_cause
        CHECK (cause IN ('short', 'missing', 'ceiling', 'complaints', 'loss', 'ending'));
    CREATE FUNCTION issuing_stop_ends() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.cause = 'ending' AND NEW.lifted_at IS NOT NULL AND EXISTS (SELECT FROM unwinding
                WHERE instrument_code = NEW.instrument_code AND live = NEW.live AND withdrawn_at IS NULL) THEN
            RAISE EXCEPTION 'credit of % ends', NEW.instrument_code USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER issuing_stop_ends BEFORE UPDATE ON issuing_stop
        FOR EACH ROW EXECUTE FUNCTION issuing_stop_ends();
"""


def upgrade() -> None:
    """None are there."""
    op.execute(_PLAN)
    op.execute(_FENCES)


def downgrade() -> None:
    """Forget them."""
    op.execute("""
        DROP TRIGGER issuing_stop_ends ON issuing_stop;
        ALTER TABLE issuing_stop DROP CONSTRAINT ck_issuing_stop_cause, ADD CONSTRAINT ck_issuing_stop_cause
            CHECK (cause IN ('short', 'missing', 'ceiling', 'complaints', 'loss')) NOT VALID;
        DROP TABLE unwinding_share, unwinding_event, unwinding_line, unwinding;
        DROP FUNCTION issuing_stop_ends; DROP FUNCTION unwinding_share_fits; DROP FUNCTION unwinding_event_whole;
        DROP FUNCTION unwinding_event_keep; DROP FUNCTION unwinding_line_open; DROP FUNCTION unwinding_keep
    """)
