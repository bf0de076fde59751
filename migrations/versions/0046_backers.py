"""Another organisation on whose means a bidder relies: it promises, and states for itself."""

from alembic import op

revision = "0046_backers"
down_revision = "0044_open_proof"
branch_labels = None
depends_on = None

TABLES = """
    CREATE TABLE bid_backer (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_bid_backer PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_bid_backer_public_id UNIQUE,
        bid_id BIGINT NOT NULL CONSTRAINT fk_bid_backer_bid_id REFERENCES bid (id),
        lot_id BIGINT NOT NULL CONSTRAINT fk_bid_backer_lot_id REFERENCES lot (id),
        lead_id BIGINT NOT NULL CONSTRAINT fk_bid_backer_lead_id REFERENCES organisation (id),
        organisation_id BIGINT NOT NULL CONSTRAINT fk_bid_backer_organisation_id REFERENCES organisation (id),
        criteria JSONB NOT NULL CONSTRAINT ck_bid_backer_criteria CHECK (jsonb_array_length(criteria) > 0),
        means TEXT NOT NULL CONSTRAINT ck_bid_backer_means CHECK (length(means) >= 10),
        asked_by_id BIGINT NOT NULL CONSTRAINT fk_bid_backer_asked_by_id REFERENCES user_account (id),
        asked_at TIMESTAMPTZ NOT NULL,
        promise TEXT NOT NULL,
        content BYTEA,
        content_key TEXT,
        valid_until DATE,
        promised_by_id BIGINT CONSTRAINT fk_bid_backer_promised_by_id REFERENCES user_account (id),
        promised_at TIMESTAMPTZ,
        left_at TIMESTAMPTZ,
        CONSTRAINT ck_bid_backer_other CHECK (organisation_id <> lead_id),
        CONSTRAINT ck_bid_backer_promised CHECK (num_nulls(valid_until, promised_by_id, promised_at) IN (0, 3)
            AND (promised_at IS NULL) = (promise = '') AND num_nulls(content, content_key) IN (0, 2)
            AND (promised_at IS NOT NULL OR content IS NULL)),
        CONSTRAINT ck_bid_backer_promise CHECK (promise = '' OR length(promise) >= 10)
    );
    CREATE UNIQUE INDEX uq_bid_backer_running ON bid_backer (bid_id, organisation_id) WHERE left_at IS NULL;
    CREATE INDEX ix_bid_backer_organisation_id ON bid_backer (organisation_id);
    CREATE INDEX ix_bid_backer_lead_id ON bid_backer (lead_id);
"""

FENCES = """
    -- Asked, promised and taken off before the deadline; afterwards locked with another key, or erased with the draft.
    CREATE FUNCTION keep_backer() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        locked CONSTANT text[] := ARRAY['content', 'content_key'];
        said CONSTANT text[] := ARRAY['content', 'content_key', 'promise', 'valid_until', 'promised_by_id',
            'promised_at', 'left_at'];
    BEGIN
        IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - locked = to_jsonb(NEW) - locked AND OLD.content IS NOT NULL
            AND (NEW.content IS NULL OR NEW.content_key <> OLD.content_key) THEN
            IF NEW.content IS NULL AND NOT EXISTS (SELECT FROM bid b WHERE b.id = OLD.bid_id AND b.draft IS NULL) THEN
                RAISE EXCEPTION 'backer %: what was stated stays', OLD.id USING ERRCODE = 'CW013';
            END IF;
            RETURN NEW;
        END IF;
        IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND (to_jsonb(OLD) - said IS DISTINCT FROM to_jsonb(NEW) - said
            OR OLD.left_at IS NOT NULL OR OLD.promised_at IS NOT NULL AND NEW.left_at IS NULL) THEN
            RAISE EXCEPTION 'backer %: what was asked and promised stays', OLD.id USING ERRCODE = 'CW013';
        END IF;
        IF TG_OP = 'INSERT' AND NOT EXISTS (SELECT FROM bid b
            WHERE b.id = NEW.bid_id AND b.lot_id = NEW.lot_id AND b.organisation_id = NEW.lead_id) THEN
            RAISE EXCEPTION 'backer of bid %: of another lot or lead', NEW.bid_id USING ERRCODE = 'CW013';
        END IF;
        PERFORM bid_in_time((SELECT l.tender_id FROM lot l WHERE l.id = NEW.lot_id));
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_backer BEFORE INSERT OR UPDATE OR DELETE ON bid_backer
        FOR EACH ROW EXECUTE FUNCTION keep_backer();

    CREATE FUNCTION backers_promised() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM bid_backer k WHERE k.bid_id = NEW.bid_id AND k.left_at IS NULL
            AND k.promised_at IS NULL) THEN
            RAISE EXCEPTION 'bid %: who is relied on has promised nothing', NEW.bid_id USING ERRCODE = 'CW027';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER backers_promised BEFORE INSERT ON bid_version FOR EACH ROW EXECUTE FUNCTION backers_promised();

    CREATE FUNCTION forget_backers() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE bid_backer SET content = NULL, content_key = NULL WHERE bid_id = NEW.id AND content IS NOT NULL;
        RETURN NULL;
    END $$;
    CREATE TRIGGER forget_backers AFTER UPDATE ON bid FOR EACH ROW
        WHEN (OLD.draft IS NOT NULL AND NEW.draft IS NULL) EXECUTE FUNCTION forget_backers();

    CREATE FUNCTION release_backers() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE bid_backer SET left_at = NEW.withdrawn_at WHERE bid_id = NEW.id AND left_at IS NULL;
        RETURN NULL;
    END $$;
    CREATE TRIGGER release_backers AFTER UPDATE ON bid FOR EACH ROW
        WHEN (OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL) EXECUTE FUNCTION release_backers();
"""

JOINED = """
    -- Tenders that an organisation reads because it was asked to bid along, or to put its means behind a bid: while it is
    -- asked, and as a member for good once its signature lies in the box.
    CREATE OR REPLACE FUNCTION tenders_joined(which bigint) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
    DECLARE
        before text := COALESCE(current_setting('cwb.all_rows', true), '');
    BEGIN
        PERFORM set_config('cwb.all_rows', 'on', true);
        RETURN QUERY SELECT b.tender_id FROM bid_member m JOIN bid b ON b.id = m.bid_id JOIN tender t ON t.id = b.tender_id
            WHERE m.organisation_id = which AND m.left_at IS NULL AND b.withdrawn_at IS NULL
            AND (t.closes_at > cwb_now() OR m.in_version = b.version AND b.version > b.retracted){backers};
        PERFORM set_config('cwb.all_rows', before, true);
    END $$;
"""

BACKERS = """
            UNION SELECT b.tender_id FROM bid_backer k JOIN bid b ON b.id = k.bid_id JOIN tender t ON t.id = b.tender_id
            WHERE k.organisation_id = which AND k.left_at IS NULL AND b.withdrawn_at IS NULL
            AND t.closes_at > cwb_now()"""

# Who leads sees that there is a promise; what the other states about itself is sealed with the bid.
ROWS = """
    CREATE POLICY all_rows ON bid_backer USING ((SELECT current_setting('cwb.all_rows', true)) = 'on');
    CREATE POLICY part ON bid_backer USING (EXISTS (
        SELECT FROM mandate m WHERE m.organisation_id IN (bid_backer.organisation_id, bid_backer.lead_id)
            AND m.ended_at IS NULL
            AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint)));
    CREATE POLICY member ON bid_backer FOR SELECT USING (bid_id IN (SELECT bids_joined()));
    ALTER TABLE bid_backer ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
"""


def upgrade() -> None:
    """Make the table and its fences; bids of before rely on nobody."""
    for part in (TABLES, FENCES, JOINED.format(backers=BACKERS), ROWS):
        op.execute(part)


def downgrade() -> None:
    """Take it away."""
    op.execute(JOINED.format(backers=""))
    op.execute("""
        DROP TRIGGER release_backers ON bid;
        DROP TRIGGER forget_backers ON bid;
        DROP TRIGGER backers_promised ON bid_version;
        DROP TABLE bid_backer;
        DROP FUNCTION release_backers(), forget_backers(), backers_promised(), keep_backer();
    """)
