"""Joint bids: members beside the lead, their signatures, and what follows in contracts and invoices."""

from alembic import op

revision = "0027_joint_bids"
down_revision = "0031_lessons"
branch_labels = None
depends_on = None

TABLES = """
    -- Versions up to `retracted` do not count any more: a member took its signature back before the deadline.
    ALTER TABLE bid ADD COLUMN retracted BIGINT NOT NULL DEFAULT 0
        CONSTRAINT ck_bid_retracted CHECK (retracted BETWEEN 0 AND version);
    ALTER TABLE bid ALTER COLUMN retracted DROP DEFAULT;

    CREATE TABLE bid_member (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_bid_member PRIMARY KEY,
        bid_id BIGINT NOT NULL CONSTRAINT fk_bid_member_bid_id REFERENCES bid (id),
        lead_id BIGINT NOT NULL CONSTRAINT fk_bid_member_lead_id REFERENCES organisation (id),
        organisation_id BIGINT NOT NULL CONSTRAINT fk_bid_member_organisation_id REFERENCES organisation (id),
        invited_by_id BIGINT NOT NULL CONSTRAINT fk_bid_member_invited_by_id REFERENCES user_account (id),
        invited_at TIMESTAMPTZ NOT NULL,
        joined_at TIMESTAMPTZ,
        left_at TIMESTAMPTZ,
        asked_draft BIGINT,
        signed_draft BIGINT,
        signed_digest TEXT CONSTRAINT ck_bid_member_digest CHECK (signed_digest ~ '^[0-9a-f]{64}$'),
        signed_by_id BIGINT CONSTRAINT fk_bid_member_signed_by_id REFERENCES user_account (id),
        signed_at TIMESTAMPTZ,
        in_version BIGINT,
        CONSTRAINT ck_bid_member_not_lead CHECK (organisation_id <> lead_id),
        CONSTRAINT ck_bid_member_signature
            CHECK (num_nulls(signed_draft, signed_digest, signed_by_id, signed_at) IN (0, 4)),
        CONSTRAINT ck_bid_member_signed_joined
            CHECK (signed_at IS NULL OR joined_at IS NOT NULL AND left_at IS NULL)
    );
    CREATE UNIQUE INDEX uq_bid_member_running ON bid_member (bid_id, organisation_id) WHERE left_at IS NULL;
    CREATE INDEX ix_bid_member_organisation_id ON bid_member (organisation_id);

    CREATE TABLE contract_member (
        contract_id BIGINT NOT NULL CONSTRAINT fk_contract_member_contract_id REFERENCES contract (id),
        position BIGINT NOT NULL CONSTRAINT ck_contract_member_position CHECK (position >= 1),
        organisation_id BIGINT NOT NULL CONSTRAINT fk_contract_member_organisation_id REFERENCES organisation (id),
        role TEXT NOT NULL CONSTRAINT ck_contract_member_role CHECK (role <> ''),
        share BIGINT NOT NULL CONSTRAINT ck_contract_member_share CHECK (share BETWEEN 1 AND 9999),
        signed_by_id BIGINT CONSTRAINT fk_contract_member_signed_by_id REFERENCES user_account (id),
        signed_at TIMESTAMPTZ,
        CONSTRAINT pk_contract_member PRIMARY KEY (contract_id, position),
        CONSTRAINT uq_contract_member_contract_id_organisation_id UNIQUE (contract_id, organisation_id),
        CONSTRAINT ck_contract_member_signed CHECK ((signed_by_id IS NULL) = (signed_at IS NULL))
    );
    CREATE INDEX ix_contract_member_organisation_id ON contract_member (organisation_id);

    ALTER TABLE agreement_line ADD COLUMN party_id BIGINT
        CONSTRAINT fk_agreement_line_party_id REFERENCES organisation (id);
"""

SIGNING = """
    -- Asked past the fence of rows, because nobody sees another's bid: the answer is yes or no.
    CREATE FUNCTION takes_part_elsewhere(which_lot bigint, besides bigint, organisations bigint[]) RETURNS boolean
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    DECLARE
        before text := COALESCE(current_setting('cwb.all_rows', true), '');
        found boolean;
    BEGIN
        PERFORM set_config('cwb.all_rows', 'on', true);
        SELECT EXISTS (SELECT FROM bid b WHERE b.lot_id = which_lot AND b.id <> besides AND b.withdrawn_at IS NULL
            AND b.version > b.retracted AND (b.organisation_id = ANY (organisations) OR EXISTS (
                SELECT FROM bid_member m WHERE m.bid_id = b.id AND m.in_version = b.version
                    AND m.organisation_id = ANY (organisations)))) INTO found;
        PERFORM set_config('cwb.all_rows', before, true);
        RETURN found;
    END $$;

    -- Before a version is stored: everybody signed for exactly this state, and nobody takes part twice in the lot.
    CREATE FUNCTION join_bid_version() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        b record;
        everybody bigint[];
        one bigint;
    BEGIN
        SELECT lot_id, organisation_id, draft_version INTO b FROM bid WHERE id = NEW.bid_id;
        IF EXISTS (SELECT FROM bid_member m WHERE m.bid_id = NEW.bid_id AND m.left_at IS NULL
                AND m.signed_draft IS DISTINCT FROM b.draft_version) THEN
            RAISE EXCEPTION 'bid %: a member has not signed this', NEW.bid_id USING ERRCODE = 'CW027';
        END IF;
        SELECT array_agg(o ORDER BY o) INTO everybody FROM (SELECT b.organisation_id AS o UNION
            SELECT organisation_id FROM bid_member m WHERE m.bid_id = NEW.bid_id AND m.left_at IS NULL) AS all_of_it;
        -- In one order, so that two joint bids with the same members wait and do not lock each other out.
        FOREACH one IN ARRAY everybody LOOP
            PERFORM pg_advisory_xact_lock(hashtextextended('part of ' || one, b.lot_id));
        END LOOP;
        IF takes_part_elsewhere(b.lot_id, NEW.bid_id, everybody) THEN
            RAISE EXCEPTION 'bid %: somebody takes part in this lot already', NEW.bid_id USING ERRCODE = 'CW028';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER join_bid_version BEFORE INSERT ON bid_version FOR EACH ROW EXECUTE FUNCTION join_bid_version();

    CREATE FUNCTION note_members() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE bid_member SET in_version = NEW.version WHERE bid_id = NEW.bid_id AND left_at IS NULL;
        RETURN NULL;
    END $$;
    CREATE TRIGGER note_members AFTER INSERT ON bid_version FOR EACH ROW EXECUTE FUNCTION note_members();

    CREATE FUNCTION keep_bid_member() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        b record;
    BEGIN
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'member %: who took part stays', OLD.id USING ERRCODE = 'CW013';
        END IF;
        IF TG_OP = 'UPDATE' THEN
            IF OLD.left_at IS NOT NULL OR (OLD.bid_id, OLD.lead_id, OLD.organisation_id, OLD.invited_by_id, OLD.invited_at)
                IS DISTINCT FROM (NEW.bid_id, NEW.lead_id, NEW.organisation_id, NEW.invited_by_id, NEW.invited_at)
                OR OLD.joined_at IS NOT NULL AND NEW.joined_at IS DISTINCT FROM OLD.joined_at
                OR NEW.in_version IS DISTINCT FROM OLD.in_version AND pg_trigger_depth() < 2 THEN
                RAISE EXCEPTION 'member %: what happened stays', OLD.id USING ERRCODE = 'CW013';
            END IF;
        END IF;
        SELECT tender_id, organisation_id, draft_version, withdrawn_at INTO b FROM bid WHERE id = NEW.bid_id;
        PERFORM bid_in_time(b.tender_id);
        IF b.organisation_id <> NEW.lead_id OR b.withdrawn_at IS NOT NULL
            OR NEW.signed_draft IS NOT NULL AND NEW.signed_draft <> b.draft_version
                AND (TG_OP = 'INSERT' OR NEW.signed_draft IS DISTINCT FROM OLD.signed_draft) THEN
            RAISE EXCEPTION 'bid %: a member signs for its draft as it is', NEW.bid_id USING ERRCODE = 'CW013';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_bid_member BEFORE INSERT OR UPDATE OR DELETE ON bid_member
        FOR EACH ROW EXECUTE FUNCTION keep_bid_member();

    -- A draft that changes counts on, so that no signature fits a draft it was not given for.
    CREATE FUNCTION count_draft() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'bid %: a draft that changes counts on', OLD.id USING ERRCODE = 'CW013';
    END $$;
    CREATE TRIGGER count_draft BEFORE UPDATE ON bid FOR EACH ROW
        WHEN (OLD.draft IS NOT NULL AND NEW.draft IS NOT NULL AND OLD.draft <> NEW.draft
            AND OLD.draft_key = NEW.draft_key AND NEW.draft_version <= OLD.draft_version)
        EXECUTE FUNCTION count_draft();

    CREATE FUNCTION retract_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.retracted <> OLD.version OR OLD.withdrawn_at IS NOT NULL THEN
            RAISE EXCEPTION 'bid %: the version in the box is the one to take out', OLD.id USING ERRCODE = 'CW013';
        END IF;
        PERFORM bid_in_time(OLD.tender_id);
        RETURN NEW;
    END $$;
    CREATE TRIGGER retract_in_time BEFORE UPDATE ON bid FOR EACH ROW
        WHEN (OLD.retracted <> NEW.retracted) EXECUTE FUNCTION retract_in_time();
"""

LIMIT = """
    CREATE OR REPLACE FUNCTION store_lot_bid_version() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        b record;
        most bigint;
        others bigint;
    BEGIN
        SELECT tender_id, organisation_id, version, {counted} AS counted, withdrawn_at INTO b FROM bid WHERE id = NEW.bid_id;
        NEW.submitted_at := bid_in_time(b.tender_id);
        IF b.withdrawn_at IS NOT NULL OR NEW.version <> b.version + 1 THEN
            RAISE EXCEPTION 'bid %: version % does not follow %', NEW.bid_id, NEW.version, b.version
                USING ERRCODE = 'CW013';
        END IF;
        SELECT most_lots_bid INTO most FROM tender WHERE id = b.tender_id;
        IF most IS NOT NULL AND b.version = b.counted THEN
            -- One bidder's people hand in one after the other, so that two of them do not pass the limit together.
            PERFORM pg_advisory_xact_lock(hashtextextended('bids of ' || b.organisation_id, b.tender_id));
            SELECT count(*) INTO others FROM bid WHERE tender_id = b.tender_id AND version > {counted}
                AND organisation_id = b.organisation_id AND withdrawn_at IS NULL AND id <> NEW.bid_id;
            IF others >= most THEN
                RAISE EXCEPTION 'bid %: at most % lots', NEW.bid_id, most USING ERRCODE = 'CW018';
            END IF;
        END IF;
        UPDATE bid SET version = NEW.version, submitted_at = NEW.submitted_at WHERE id = NEW.bid_id;
        RETURN NEW;
    END $$;
"""

ROWS = """
    -- The bids in which organisations of the user of this transaction take part beside the lead. A function of its
    -- own, past the fence, because a policy on bids cannot ask a table whose policy asks for bids.
    CREATE FUNCTION bids_joined() RETURNS SETOF bigint LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
    DECLARE
        before text := COALESCE(current_setting('cwb.all_rows', true), '');
    BEGIN
        IF before = 'on' THEN
            RETURN;  -- who sees all rows needs no list; and the query below comes back here through its own fence
        END IF;
        PERFORM set_config('cwb.all_rows', 'on', true);
        RETURN QUERY SELECT b.bid_id FROM bid_member b JOIN mandate m ON m.organisation_id = b.organisation_id
            WHERE b.left_at IS NULL AND m.ended_at IS NULL
            AND m.user_id = NULLIF(current_setting('cwb.user_id', true), '')::bigint;
        PERFORM set_config('cwb.all_rows', before, true);
    END $$;
    CREATE POLICY all_rows ON bid_member USING ((SELECT current_setting('cwb.all_rows', true)) = 'on');
    CREATE POLICY lead ON bid_member USING (lead_id IN (
        SELECT m.organisation_id FROM mandate m WHERE m.ended_at IS NULL
            AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint)));
    CREATE POLICY member ON bid_member FOR SELECT USING (bid_id IN (SELECT bids_joined()));
    CREATE POLICY own ON bid_member FOR UPDATE USING (bid_id IN (SELECT bids_joined()));
    CREATE POLICY opened ON bid_member FOR SELECT USING (EXISTS (
        SELECT FROM opened_bid o WHERE o.bid_id = bid_member.bid_id));
    ALTER TABLE bid_member ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

    CREATE POLICY member ON bid FOR SELECT USING (id IN (SELECT bids_joined()));
    CREATE POLICY member_works ON bid FOR UPDATE USING (id IN (SELECT bids_joined()));
    CREATE POLICY member ON opened_bid FOR SELECT USING (bid_id IN (SELECT bids_joined()));
"""

CONTRACTS = """
    -- Members of a contract are those of the winning bid; they sign once, and their shares are one whole.
    CREATE FUNCTION keep_contract_member() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND (OLD.signed_at IS NOT NULL
            OR (OLD.contract_id, OLD.position, OLD.organisation_id, OLD.role, OLD.share)
                IS DISTINCT FROM (NEW.contract_id, NEW.position, NEW.organisation_id, NEW.role, NEW.share)) THEN
            RAISE EXCEPTION 'a member of contract % stays, and signs once', OLD.contract_id USING ERRCODE = 'CW017';
        END IF;
        IF TG_OP = 'INSERT' AND (NEW.signed_at IS NOT NULL OR EXISTS (SELECT FROM contract c WHERE c.id = NEW.contract_id
            AND (c.buyer_signed_at IS NOT NULL OR c.supplier_signed_at IS NOT NULL))) THEN
            RAISE EXCEPTION 'contract %: members come before signatures', NEW.contract_id USING ERRCODE = 'CW017';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_contract_member BEFORE INSERT OR UPDATE OR DELETE ON contract_member
        FOR EACH ROW EXECUTE FUNCTION keep_contract_member();

    CREATE FUNCTION contract_shares_whole() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (SELECT sum(share) FROM contract_member WHERE contract_id = NEW.contract_id) <> 10000 THEN
            RAISE EXCEPTION 'contract %: the shares are no whole', NEW.contract_id USING ERRCODE = 'CW017';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER contract_shares_whole AFTER INSERT ON contract_member DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION contract_shares_whole();

    CREATE FUNCTION contract_signed_by_all() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.supplier_signed_at IS NOT NULL AND EXISTS (SELECT FROM contract_member m
            WHERE m.contract_id = NEW.id AND m.signed_at IS NULL) THEN
            RAISE EXCEPTION 'contract %: a member has not signed', NEW.number USING ERRCODE = 'CW017';
        END IF;
        IF NEW.version <> OLD.version AND EXISTS (SELECT FROM contract_member m
            WHERE m.contract_id = NEW.id AND m.signed_at IS NOT NULL) THEN
            RAISE EXCEPTION 'contract %: it was signed, its text stays', NEW.number USING ERRCODE = 'CW017';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER contract_signed_by_all BEFORE UPDATE ON contract
        FOR EACH ROW EXECUTE FUNCTION contract_signed_by_all();

    -- A line that is one supplier's own is invoiced by that supplier alone.
    CREATE FUNCTION invoice_own_line() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM agreement_line a JOIN invoice i ON i.id = NEW.invoice_id
            WHERE a.id = NEW.agreement_line_id AND a.party_id <> i.seller_id) THEN
            RAISE EXCEPTION 'invoice %: that line is of another supplier', NEW.invoice_id USING ERRCODE = 'CI003';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER invoice_own_line BEFORE INSERT OR UPDATE ON invoice_line
        FOR EACH ROW EXECUTE FUNCTION invoice_own_line();
"""


def upgrade() -> None:
    """Make the tables, the fences and the policies; no row changes."""
    op.execute(TABLES)
    op.execute(SIGNING)
    op.execute(LIMIT.format(counted="retracted"))
    op.execute(ROWS)
    op.execute(CONTRACTS)


def downgrade() -> None:
    """Take it away."""
    op.execute(LIMIT.format(counted="0"))
    op.execute("""
        DROP TRIGGER invoice_own_line ON invoice_line;
        DROP TRIGGER contract_signed_by_all ON contract;
        DROP POLICY member ON opened_bid;
        DROP POLICY member_works ON bid;
        DROP POLICY member ON bid;
        DROP TRIGGER retract_in_time ON bid;
        DROP TRIGGER count_draft ON bid;
        DROP TRIGGER note_members ON bid_version;
        DROP TRIGGER join_bid_version ON bid_version;
        DROP TABLE contract_member, bid_member;
        DROP FUNCTION invoice_own_line(), contract_signed_by_all(), contract_shares_whole(), keep_contract_member(),
            bids_joined(), retract_in_time(), count_draft(), keep_bid_member(), note_members(), join_bid_version(),
            takes_part_elsewhere(bigint, bigint, bigint[]);
        ALTER TABLE agreement_line DROP COLUMN party_id;
        ALTER TABLE bid DROP COLUMN retracted;
    """)
