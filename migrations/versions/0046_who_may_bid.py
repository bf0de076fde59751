"""Others on whose means a bidder relies; and who may compete for what is reserved under article 2.82a."""

from alembic import op

revision = "0046_who_may_bid"
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


MISSIONS = """
    CREATE TABLE mission (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_mission PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_mission_public_id UNIQUE,
        organisation_id BIGINT NOT NULL CONSTRAINT fk_mission_organisation_id REFERENCES organisation (id),
        aim TEXT NOT NULL,
        profit TEXT NOT NULL CONSTRAINT ck_mission_profit CHECK (profit IN ('reinvested', 'shared')),
        control TEXT NOT NULL CONSTRAINT ck_mission_control CHECK (control IN ('workers', 'participants')),
        basis TEXT NOT NULL,
        valid_until DATE NOT NULL,
        stated_by_id BIGINT NOT NULL CONSTRAINT fk_mission_stated_by_id REFERENCES user_account (id),
        stated_at TIMESTAMPTZ NOT NULL,
        checked_by_id BIGINT CONSTRAINT fk_mission_checked_by_id REFERENCES user_account (id),
        checked_at TIMESTAMPTZ,
        accepted BOOLEAN,
        check_note TEXT NOT NULL,
        withdrawn_by_id BIGINT CONSTRAINT fk_mission_withdrawn_by_id REFERENCES user_account (id),
        withdrawn_at TIMESTAMPTZ,
        CONSTRAINT ck_mission_texts CHECK (length(aim) >= 40 AND length(basis) >= 10),
        CONSTRAINT ck_mission_days
            CHECK (valid_until > stated_at::date - 1 AND valid_until <= stated_at::date + 1 + 366),
        CONSTRAINT ck_mission_checked CHECK ((checked_at IS NULL) = (checked_by_id IS NULL)
            AND (checked_at IS NULL) = (accepted IS NULL) AND (checked_at IS NULL) = (check_note = '')
            AND checked_by_id <> stated_by_id),
        CONSTRAINT ck_mission_withdrawn CHECK ((withdrawn_at IS NULL) = (withdrawn_by_id IS NULL))
    );
    CREATE INDEX ix_mission_organisation_id ON mission (organisation_id, stated_at);

    CREATE FUNCTION keep_mission() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        checks CONSTANT text[] := ARRAY['checked_by_id', 'checked_at', 'accepted', 'check_note'];
        ends CONSTANT text[] := ARRAY['withdrawn_by_id', 'withdrawn_at'];
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL
            OR to_jsonb(OLD) - checks - ends IS DISTINCT FROM to_jsonb(NEW) - checks - ends
            OR OLD.checked_at IS NOT NULL
                AND (OLD.checked_by_id, OLD.checked_at, OLD.accepted, OLD.check_note)
                    IS DISTINCT FROM (NEW.checked_by_id, NEW.checked_at, NEW.accepted, NEW.check_note) THEN
            RAISE EXCEPTION 'mission %: what was stated stays', OLD.id USING ERRCODE = 'CW040';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_mission BEFORE UPDATE OR DELETE ON mission FOR EACH ROW EXECUTE FUNCTION keep_mission();

    CREATE FUNCTION has_mission(who bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT COALESCE((SELECT accepted IS DISTINCT FROM false
                AND valid_until >= (cwb_now() AT TIME ZONE 'Europe/Amsterdam')::date
            FROM mission WHERE organisation_id = who AND withdrawn_at IS NULL ORDER BY id DESC LIMIT 1), false)
    $$;
    -- Whether this buyer gave an organisation, alone or with others, a contract so reserved in the years before a day. Past
    -- the fence of rows: the answer is yes or no.
    CREATE FUNCTION won_as_mission(who bigint, buyer bigint, since timestamptz) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
    DECLARE
        before text := COALESCE(current_setting('cwb.all_rows', true), '');
        found boolean;
    BEGIN
        PERFORM set_config('cwb.all_rows', 'on', true);
        found := EXISTS (SELECT FROM lot_award a JOIN lot l ON l.id = a.lot_id JOIN tender t ON t.id = l.tender_id
            JOIN opened_bid o ON o.lot_id = l.id AND (o.id = a.winner_bid_id OR a.also_won @> to_jsonb(o.label))
            WHERE t.buyer_id = buyer AND t.reservation = '2.82a' AND a.definitive_at > since
            AND who IN (SELECT parties_of(o.id)));
        PERFORM set_config('cwb.all_rows', before, true);
        RETURN found;
    END $$;
    CREATE FUNCTION bid_mission() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        b record;
    BEGIN
        SELECT d.organisation_id, t.reservation INTO b FROM bid d JOIN tender t ON t.id = d.tender_id WHERE d.id = NEW.bid_id;
        IF b.reservation = '2.82a' AND (NOT has_mission(b.organisation_id) OR EXISTS (
                SELECT FROM bid_member m WHERE m.bid_id = NEW.bid_id AND m.left_at IS NULL
                    AND NOT has_mission(m.organisation_id))) THEN
            RAISE EXCEPTION 'bid %: the contract is reserved', NEW.bid_id USING ERRCODE = 'CW040';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER bid_mission BEFORE INSERT ON bid_version FOR EACH ROW EXECUTE FUNCTION bid_mission();
"""


MEANS = """
    CREATE TABLE financial_means (
        organisation_id BIGINT CONSTRAINT pk_financial_means PRIMARY KEY
            CONSTRAINT fk_financial_means_organisation_id REFERENCES organisation (id),
        book_year BIGINT NOT NULL,
        turnover_0 BIGINT,
        turnover_1 BIGINT,
        turnover_2 BIGINT,
        insured_minor BIGINT,
        insured_until DATE,
        version BIGINT NOT NULL CONSTRAINT ck_financial_means_version CHECK (version >= 1),
        saved_by_id BIGINT NOT NULL CONSTRAINT fk_financial_means_saved_by_id REFERENCES user_account (id),
        saved_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT ck_financial_means_turnover CHECK (turnover_0 >= 0 AND turnover_1 >= 0 AND turnover_2 >= 0),
        CONSTRAINT ck_financial_means_told
            CHECK (num_nonnulls(turnover_0, turnover_1, turnover_2, insured_minor) > 0),
        CONSTRAINT ck_financial_means_insured
            CHECK ((insured_minor IS NULL) = (insured_until IS NULL) AND insured_minor > 0)
    );
"""

LOWERED = """
    -- A demand becomes lower only while whoever it kept out can still join: before the selection, and while one may apply.
    CREATE FUNCTION lower_for_all() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        t record;
        a record;
    BEGIN
        SELECT id, access, apply_until, selected_at INTO t FROM tender WHERE id = NEW.tender_id;
        -- the amendment that says so was written just before; tender and demand follow in either order
        SELECT made_at, (fields -> 'apply_until' ->> 'new')::timestamptz AS again INTO a
            FROM amendment WHERE tender_id = t.id ORDER BY id DESC LIMIT 1;
        IF t.selected_at IS NOT NULL OR t.access = 'selected'
            AND (a IS NULL OR GREATEST(t.apply_until, a.again) <= a.made_at) THEN
            RAISE EXCEPTION 'demand %: others can join no more', NEW.id USING ERRCODE = 'CW012';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER lower_for_all BEFORE UPDATE ON selection_demand FOR EACH ROW
        WHEN ((OLD.minimum_minor, OLD.number, OLD.asked) IS DISTINCT FROM (NEW.minimum_minor, NEW.number, NEW.asked))
        EXECUTE FUNCTION lower_for_all();
"""


def upgrade() -> None:
    """Make the tables and their fences; bids of before rely on nobody."""
    for part in (TABLES, FENCES, JOINED.format(backers=BACKERS), ROWS, MISSIONS, LOWERED, MEANS):
        op.execute(part)


def downgrade() -> None:
    """Take it away."""
    op.execute(JOINED.format(backers=""))
    op.execute("""
        DROP TABLE financial_means;
        DROP TRIGGER lower_for_all ON selection_demand;
        DROP FUNCTION lower_for_all();
        DROP TRIGGER bid_mission ON bid_version;
        DROP FUNCTION bid_mission(), won_as_mission(bigint, bigint, timestamptz), has_mission(bigint);
        DROP TABLE mission;
        DROP FUNCTION keep_mission();
        DROP TRIGGER release_backers ON bid;
        DROP TRIGGER forget_backers ON bid;
        DROP TRIGGER backers_promised ON bid_version;
        DROP TABLE bid_backer;
        DROP FUNCTION release_backers(), forget_backers(), backers_promised(), keep_backer();
    """)
