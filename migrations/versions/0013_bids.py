"""Bids, their sealed versions, late attempts, exclusions; the opening and what was opened."""

from alembic import op

revision = "0013_bids"
down_revision = "0012_tenders"
branch_labels = None
depends_on = None

TABLES = """
    CREATE TABLE exclusion (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_exclusion PRIMARY KEY,
        buyer_id BIGINT NOT NULL CONSTRAINT fk_exclusion_buyer_id REFERENCES organisation (id),
        organisation_id BIGINT NOT NULL CONSTRAINT fk_exclusion_organisation_id REFERENCES organisation (id),
        reason TEXT NOT NULL CONSTRAINT ck_exclusion_reason CHECK (reason <> ''),
        starts_on DATE NOT NULL,
        ends_on DATE NOT NULL,
        decided_by_id BIGINT NOT NULL CONSTRAINT fk_exclusion_decided_by_id REFERENCES user_account (id),
        decided_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT ck_exclusion_term CHECK (ends_on > starts_on)
    );
    CREATE INDEX ix_exclusion_organisation_id ON exclusion (organisation_id);

    CREATE TABLE bid (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_bid PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_bid_public_id UNIQUE,
        tender_id BIGINT NOT NULL CONSTRAINT fk_bid_tender_id REFERENCES tender (id),
        organisation_id BIGINT NOT NULL CONSTRAINT fk_bid_organisation_id REFERENCES organisation (id),
        started_by_id BIGINT NOT NULL CONSTRAINT fk_bid_started_by_id REFERENCES user_account (id),
        started_at TIMESTAMPTZ NOT NULL,
        draft BYTEA,
        draft_key TEXT,
        draft_version BIGINT NOT NULL,
        submitted_draft BIGINT,
        version BIGINT NOT NULL CONSTRAINT ck_bid_version CHECK (version >= 0),
        submitted_at TIMESTAMPTZ,
        withdrawn_at TIMESTAMPTZ,
        CONSTRAINT ck_bid_draft CHECK ((draft IS NULL) = (draft_key IS NULL)),
        CONSTRAINT ck_bid_submitted CHECK ((version = 0) = (submitted_at IS NULL))
    );
    CREATE UNIQUE INDEX uq_bid_running ON bid (tender_id, organisation_id) WHERE withdrawn_at IS NULL;
    CREATE INDEX ix_bid_organisation_id ON bid (organisation_id);

    CREATE TABLE bid_version (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_bid_version PRIMARY KEY,
        bid_id BIGINT NOT NULL CONSTRAINT fk_bid_version_bid_id REFERENCES bid (id),
        version BIGINT NOT NULL CONSTRAINT ck_bid_version_version CHECK (version >= 1),
        receipt TEXT NOT NULL CONSTRAINT uq_bid_version_receipt UNIQUE,
        sealed BYTEA NOT NULL,
        digest TEXT NOT NULL CONSTRAINT ck_bid_version_digest CHECK (digest ~ '^[0-9a-f]{64}$'),
        own_copy BYTEA NOT NULL,
        own_key TEXT NOT NULL,
        submitted_by_id BIGINT NOT NULL
            CONSTRAINT fk_bid_version_submitted_by_id REFERENCES user_account (id),
        submitted_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT uq_bid_version_bid_id_version UNIQUE (bid_id, version)
    );

    CREATE TABLE late_attempt (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_late_attempt PRIMARY KEY,
        tender_id BIGINT NOT NULL CONSTRAINT fk_late_attempt_tender_id REFERENCES tender (id),
        organisation_id BIGINT NOT NULL CONSTRAINT fk_late_attempt_organisation_id REFERENCES organisation (id),
        user_id BIGINT NOT NULL CONSTRAINT fk_late_attempt_user_id REFERENCES user_account (id),
        kind TEXT NOT NULL CONSTRAINT ck_late_attempt_kind CHECK (kind IN ('submit', 'withdraw')),
        digest TEXT,
        at TIMESTAMPTZ NOT NULL
    );
    CREATE INDEX ix_late_attempt_tender_id ON late_attempt (tender_id);

    CREATE TABLE opening (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_opening PRIMARY KEY,
        tender_id BIGINT NOT NULL CONSTRAINT uq_opening_tender_id UNIQUE
            CONSTRAINT fk_opening_tender_id REFERENCES tender (id),
        first_user_id BIGINT NOT NULL CONSTRAINT fk_opening_first_user_id REFERENCES user_account (id),
        second_user_id BIGINT NOT NULL CONSTRAINT fk_opening_second_user_id REFERENCES user_account (id),
        released_at TIMESTAMPTZ NOT NULL,
        escrow_reason TEXT,
        opened_at TIMESTAMPTZ NOT NULL,
        digest TEXT NOT NULL,
        CONSTRAINT ck_opening_two_people CHECK (first_user_id <> second_user_id),
        CONSTRAINT ck_opening_order CHECK (opened_at >= released_at)
    );

    CREATE TABLE opened_bid (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_opened_bid PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_opened_bid_public_id UNIQUE,
        opening_id BIGINT NOT NULL CONSTRAINT fk_opened_bid_opening_id REFERENCES opening (id),
        tender_id BIGINT NOT NULL CONSTRAINT fk_opened_bid_tender_id REFERENCES tender (id),
        bid_id BIGINT NOT NULL CONSTRAINT uq_opened_bid_bid_id UNIQUE
            CONSTRAINT fk_opened_bid_bid_id REFERENCES bid (id),
        organisation_id BIGINT NOT NULL CONSTRAINT fk_opened_bid_organisation_id REFERENCES organisation (id),
        version BIGINT NOT NULL,
        label TEXT NOT NULL,
        digest TEXT NOT NULL,
        received_at TIMESTAMPTZ NOT NULL,
        fault TEXT CONSTRAINT ck_opened_bid_fault CHECK (fault IN
            ('unreadable', 'hash', 'other_tender', 'other_bid', 'other_version', 'content', 'replaced')),
        content JSONB,
        price_minor BIGINT CONSTRAINT ck_opened_bid_price_minor CHECK (price_minor > 0),
        CONSTRAINT ck_opened_bid_whole CHECK ((fault IS NULL) = (content IS NOT NULL)
            AND (fault IS NULL) = (price_minor IS NOT NULL)),
        CONSTRAINT uq_opened_bid_tender_id_label UNIQUE (tender_id, label)
    );
    CREATE INDEX ix_opened_bid_opening_id ON opened_bid (opening_id);

    CREATE TABLE bid_access (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_bid_access PRIMARY KEY,
        tender_id BIGINT NOT NULL CONSTRAINT fk_bid_access_tender_id REFERENCES tender (id),
        opened_bid_id BIGINT CONSTRAINT fk_bid_access_opened_bid_id REFERENCES opened_bid (id),
        user_id BIGINT NOT NULL CONSTRAINT fk_bid_access_user_id REFERENCES user_account (id),
        purpose TEXT NOT NULL,
        at TIMESTAMPTZ NOT NULL
    );
    CREATE INDEX ix_bid_access_tender_id ON bid_access (tender_id);
"""

GUARDS = """
    CREATE FUNCTION refuse_bid_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% of % is refused: what was handed in or opened stays', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'CW013';
    END $$;

    -- The gate of the deadline. The share lock makes an opener (FOR UPDATE) wait for whoever is inside, and makes
    -- whoever comes later see that the tender was opened; the clock is read after the lock was won.
    CREATE FUNCTION bid_in_time(which bigint) RETURNS timestamptz LANGUAGE plpgsql AS $$
    DECLARE
        t record;
        moment timestamptz;
    BEGIN
        SELECT published_at, closes_at, opened_at, cancelled_at, unsuccessful_at INTO t
            FROM tender WHERE id = which FOR SHARE;
        moment := cwb_now();
        IF t.published_at IS NULL OR t.published_at > moment OR t.closes_at <= moment OR t.opened_at IS NOT NULL
            OR t.cancelled_at IS NOT NULL OR t.unsuccessful_at IS NOT NULL THEN
            RAISE EXCEPTION 'the tender takes no bids at %', moment USING ERRCODE = 'CW014';
        END IF;
        RETURN moment;
    END $$;

    CREATE FUNCTION store_bid_version() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        b record;
    BEGIN
        SELECT tender_id, version, withdrawn_at INTO b FROM bid WHERE id = NEW.bid_id;
        NEW.submitted_at := bid_in_time(b.tender_id);
        IF b.withdrawn_at IS NOT NULL OR NEW.version <> b.version + 1 THEN
            RAISE EXCEPTION 'bid %: version % does not follow %', NEW.bid_id, NEW.version, b.version
                USING ERRCODE = 'CW013';
        END IF;
        UPDATE bid SET version = NEW.version, submitted_at = NEW.submitted_at WHERE id = NEW.bid_id;
        RETURN NEW;
    END $$;
    CREATE TRIGGER store_bid_version BEFORE INSERT ON bid_version
        FOR EACH ROW EXECUTE FUNCTION store_bid_version();
    CREATE TRIGGER keep_bid_version BEFORE DELETE ON bid_version
        FOR EACH ROW EXECUTE FUNCTION refuse_bid_change();
    CREATE TRIGGER keep_bid_version_content BEFORE UPDATE ON bid_version FOR EACH ROW
        WHEN (OLD.bid_id <> NEW.bid_id OR OLD.version <> NEW.version OR OLD.receipt <> NEW.receipt
            OR OLD.sealed <> NEW.sealed OR OLD.digest <> NEW.digest OR OLD.submitted_at <> NEW.submitted_at
            OR OLD.submitted_by_id <> NEW.submitted_by_id)
        EXECUTE FUNCTION refuse_bid_change();

    CREATE FUNCTION keep_bid() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.tender_id <> NEW.tender_id OR OLD.organisation_id <> NEW.organisation_id
            OR OLD.public_id <> NEW.public_id OR OLD.withdrawn_at IS NOT NULL
                AND (NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at OR NEW.version <> OLD.version) THEN
            RAISE EXCEPTION 'bid %: who, where and a withdrawal stay', OLD.id USING ERRCODE = 'CW013';
        END IF;
        IF NEW.version <> OLD.version AND (NEW.version <> OLD.version + 1 OR pg_trigger_depth() < 2) THEN
            RAISE EXCEPTION 'bid %: versions come from bid_version', OLD.id USING ERRCODE = 'CW013';
        END IF;
        IF OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL THEN
            NEW.withdrawn_at := bid_in_time(OLD.tender_id);
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_bid BEFORE UPDATE ON bid FOR EACH ROW EXECUTE FUNCTION keep_bid();
    CREATE TRIGGER refuse_bid_delete BEFORE DELETE ON bid FOR EACH ROW EXECUTE FUNCTION refuse_bid_change();

    CREATE FUNCTION release_after_closing() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        t record;
    BEGIN
        SELECT number, closes_at, cancelled_at INTO t FROM tender WHERE key_id = NEW.key_id FOR SHARE;
        IF FOUND AND (t.closes_at IS NULL OR t.closes_at > cwb_now() OR t.cancelled_at IS NOT NULL) THEN
            RAISE EXCEPTION 'tender %: no share is released before closing', t.number USING ERRCODE = 'CW014';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER release_after_closing BEFORE INSERT ON share_release
        FOR EACH ROW EXECUTE FUNCTION release_after_closing();

    CREATE FUNCTION keep_closing_after_release() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM share_release WHERE key_id = OLD.key_id) THEN
            RAISE EXCEPTION 'tender %: the opening has begun, the deadline stays', OLD.number
                USING ERRCODE = 'CW013';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_closing_after_release BEFORE UPDATE ON tender FOR EACH ROW
        WHEN (OLD.closes_at IS DISTINCT FROM NEW.closes_at AND OLD.key_id IS NOT NULL)
        EXECUTE FUNCTION keep_closing_after_release();

    CREATE TRIGGER keep_late_attempt BEFORE UPDATE OR DELETE ON late_attempt
        FOR EACH ROW EXECUTE FUNCTION refuse_bid_change();
    CREATE TRIGGER keep_opening BEFORE UPDATE OR DELETE ON opening
        FOR EACH ROW EXECUTE FUNCTION refuse_bid_change();
    CREATE TRIGGER keep_opened_bid BEFORE UPDATE OR DELETE ON opened_bid
        FOR EACH ROW EXECUTE FUNCTION refuse_bid_change();
    CREATE TRIGGER keep_bid_access BEFORE UPDATE OR DELETE ON bid_access
        FOR EACH ROW EXECUTE FUNCTION refuse_bid_change();
"""


def upgrade() -> None:
    """Make the tables and the gate of the deadline."""
    op.execute(TABLES)
    op.execute(GUARDS)


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP TRIGGER keep_closing_after_release ON tender;
        DROP TRIGGER release_after_closing ON share_release;
        DROP TABLE bid_access, opened_bid, opening, late_attempt, bid_version, bid, exclusion;
        DROP FUNCTION keep_closing_after_release(), release_after_closing(), keep_bid(), store_bid_version(),
            bid_in_time(bigint), refuse_bid_change();
    """)
