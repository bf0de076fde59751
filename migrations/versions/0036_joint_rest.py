"""What each member of a joint bid states about itself, locked; members read a question about their low bid."""

from alembic import op

revision = "0036_joint_rest"
down_revision = "0035_second_decision"
branch_labels = None
depends_on = None

TABLES = """
    CREATE TABLE member_statement (
        member_id BIGINT CONSTRAINT pk_member_statement PRIMARY KEY
            CONSTRAINT fk_member_statement_member_id REFERENCES bid_member (id),
        content BYTEA NOT NULL,
        content_key TEXT NOT NULL,
        valid_until DATE NOT NULL,
        stated_at TIMESTAMPTZ NOT NULL
    );
    ALTER TABLE statement_paper DROP CONSTRAINT ck_statement_paper_kind,
        ADD CONSTRAINT ck_statement_paper_kind CHECK (kind IN ('gva', 'tax', 'kvk', 'insurance'));
    CREATE TABLE statement_paper_file (
        paper_id BIGINT CONSTRAINT pk_statement_paper_file PRIMARY KEY
            CONSTRAINT fk_statement_paper_file_paper_id REFERENCES statement_paper (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        size BIGINT NOT NULL CONSTRAINT ck_statement_paper_file_size CHECK (size BETWEEN 1 AND 26214400),
        digest TEXT NOT NULL,
        content BYTEA NOT NULL,
        content_key TEXT NOT NULL,
        added_by_id BIGINT NOT NULL CONSTRAINT fk_statement_paper_file_added_by_id REFERENCES user_account (id),
        added_at TIMESTAMPTZ NOT NULL
    );
    CREATE TABLE proof_request (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_proof_request PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_proof_request_public_id UNIQUE,
        tender_id BIGINT NOT NULL CONSTRAINT fk_proof_request_tender_id REFERENCES tender (id),
        opened_bid_id BIGINT NOT NULL CONSTRAINT fk_proof_request_opened_bid_id REFERENCES opened_bid (id),
        organisation_id BIGINT NOT NULL CONSTRAINT fk_proof_request_organisation_id REFERENCES organisation (id),
        kinds JSONB NOT NULL CONSTRAINT ck_proof_request_kinds CHECK (jsonb_array_length(kinds) > 0),
        until TIMESTAMPTZ NOT NULL,
        asked_by_id BIGINT NOT NULL CONSTRAINT fk_proof_request_asked_by_id REFERENCES user_account (id),
        asked_at TIMESTAMPTZ NOT NULL,
        reminded_at TIMESTAMPTZ,
        CONSTRAINT uq_proof_request_opened_bid_id_organisation_id UNIQUE (opened_bid_id, organisation_id),
        CONSTRAINT ck_proof_request_term CHECK (until > asked_at)
    );
    CREATE INDEX ix_proof_request_tender_id ON proof_request (tender_id);
    CREATE INDEX ix_proof_request_organisation_id ON proof_request (organisation_id);
    CREATE TABLE proof (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_proof PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_proof_public_id UNIQUE,
        request_id BIGINT NOT NULL CONSTRAINT fk_proof_request_id REFERENCES proof_request (id),
        kind TEXT NOT NULL,
        issued_on DATE NOT NULL,
        expires_on DATE NOT NULL,
        name TEXT NOT NULL,
        file_kind TEXT NOT NULL,
        size BIGINT NOT NULL,
        digest TEXT NOT NULL,
        content BYTEA NOT NULL,
        content_key TEXT NOT NULL,
        sent_by_id BIGINT NOT NULL CONSTRAINT fk_proof_sent_by_id REFERENCES user_account (id),
        sent_at TIMESTAMPTZ NOT NULL,
        is_good BOOLEAN,
        note TEXT NOT NULL,
        seen_by_id BIGINT CONSTRAINT fk_proof_seen_by_id REFERENCES user_account (id),
        seen_at TIMESTAMPTZ,
        CONSTRAINT ck_proof_seen CHECK (num_nulls(is_good, seen_by_id, seen_at) IN (0, 3)),
        CONSTRAINT ck_proof_note CHECK (is_good IS NOT FALSE OR note <> '')
    );
    CREATE UNIQUE INDEX uq_proof_standing ON proof (request_id, kind) WHERE is_good IS NOT FALSE;
    CREATE TABLE low_bid_draft (
        question_id BIGINT CONSTRAINT pk_low_bid_draft PRIMARY KEY
            CONSTRAINT fk_low_bid_draft_question_id REFERENCES low_bid_question (id),
        answer TEXT NOT NULL,
        saved_by_id BIGINT NOT NULL CONSTRAINT fk_low_bid_draft_saved_by_id REFERENCES user_account (id),
        saved_at TIMESTAMPTZ NOT NULL
    );
"""

FENCES = """
    -- A member states before the deadline only; afterwards it is locked with another key at most, or goes with the draft.
    CREATE FUNCTION keep_member_statement() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        b record;
    BEGIN
        SELECT tender_id, draft INTO b FROM bid WHERE id = (SELECT bid_id FROM bid_member
            WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.member_id ELSE NEW.member_id END);
        IF TG_OP = 'UPDATE' THEN
            IF (OLD.member_id, OLD.valid_until, OLD.stated_at) IS DISTINCT FROM
                (NEW.member_id, NEW.valid_until, NEW.stated_at) OR OLD.content_key = NEW.content_key THEN
                RAISE EXCEPTION 'member %: what was stated stays', OLD.member_id USING ERRCODE = 'CW013';
            END IF;
        ELSIF TG_OP = 'INSERT' OR b.draft IS NOT NULL THEN
            PERFORM bid_in_time(b.tender_id);
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END $$;
    CREATE TRIGGER keep_member_statement BEFORE INSERT OR UPDATE OR DELETE ON member_statement
        FOR EACH ROW EXECUTE FUNCTION keep_member_statement();

    -- Where a buyer asks about grounds, no joint bid goes in without what every member states.
    CREATE FUNCTION members_stated() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM bid b JOIN statement_demand d ON d.tender_id = b.tender_id
                JOIN bid_member m ON m.bid_id = b.id AND m.left_at IS NULL
                WHERE b.id = NEW.bid_id AND d.grounds <> '[]'
                AND NOT EXISTS (SELECT FROM member_statement s WHERE s.member_id = m.id)) THEN
            RAISE EXCEPTION 'bid %: a member has stated nothing', NEW.bid_id USING ERRCODE = 'CW027';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER members_stated BEFORE INSERT ON bid_version FOR EACH ROW EXECUTE FUNCTION members_stated();

    -- Only who is meant to win shows proof: a winner in a decision that was sent and stands.
    CREATE FUNCTION ask_winner() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM opened_bid o JOIN lot_award a ON a.lot_id = o.lot_id
                JOIN award_decision d ON d.id = a.decision_id AND d.tender_id = NEW.tender_id
                WHERE o.id = NEW.opened_bid_id AND d.sent_at IS NOT NULL AND d.withdrawn_at IS NULL
                AND (a.winner_bid_id = o.id OR a.also_won @> to_jsonb(o.label))) THEN
            RAISE EXCEPTION 'bid %: only a winner shows proof', NEW.opened_bid_id USING ERRCODE = 'CW036';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER ask_winner BEFORE INSERT ON proof_request FOR EACH ROW EXECUTE FUNCTION ask_winner();

    CREATE FUNCTION keep_proof() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        locked CONSTANT text[] := ARRAY['content', 'content_key'];
        seen CONSTANT text[] := ARRAY['is_good', 'note', 'seen_by_id', 'seen_at'];
    BEGIN
        IF TG_OP = 'DELETE' OR to_jsonb(OLD) - locked - seen IS DISTINCT FROM to_jsonb(NEW) - locked - seen
            OR OLD.seen_at IS NOT NULL AND to_jsonb(OLD) - locked IS DISTINCT FROM to_jsonb(NEW) - locked
            OR OLD.content <> NEW.content AND OLD.content_key = NEW.content_key THEN
            RAISE EXCEPTION 'proof %: what was shown and seen stays', OLD.id USING ERRCODE = 'CW036';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_proof BEFORE UPDATE OR DELETE ON proof FOR EACH ROW EXECUTE FUNCTION keep_proof();

    CREATE FUNCTION forget_member_statements() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM member_statement s USING bid_member m WHERE m.id = s.member_id AND m.bid_id = NEW.id;
        RETURN NULL;
    END $$;
    CREATE TRIGGER forget_member_statements AFTER UPDATE ON bid FOR EACH ROW
        WHEN (OLD.draft IS NOT NULL AND NEW.draft IS NULL) EXECUTE FUNCTION forget_member_statements();
"""

FREEZE = """
    CREATE OR REPLACE FUNCTION freeze_decided() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM opened_bid o WHERE o.tender_id = NEW.id AND o.fault IS NULL
                AND (jsonb_path_exists(o.content, '$.grounds.answers.*.yes ? (@ == true)')
                    {members}OR jsonb_path_exists(o.content, '$.grounds.criteria.*.meets ? (@ == false)'))
                AND NOT EXISTS (SELECT FROM ground_decision g WHERE g.opened_bid_id = o.id)
                AND NOT EXISTS (SELECT FROM disqualification d WHERE d.opened_bid_id = o.id)) THEN
            RAISE EXCEPTION 'tender %: a statement is undecided', NEW.number USING ERRCODE = 'CW024';
        END IF;
        RETURN NEW;
    END $$;
"""

# The lead hands in what its members stated and can take a member off; other members see nothing of it.
ROWS = """
    CREATE POLICY all_rows ON member_statement USING ((SELECT current_setting('cwb.all_rows', true)) = 'on');
    CREATE POLICY part ON member_statement USING (EXISTS (
        SELECT FROM bid_member b JOIN mandate m ON m.organisation_id IN (b.organisation_id, b.lead_id)
            WHERE b.id = member_id AND m.ended_at IS NULL
            AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint)));
    ALTER TABLE member_statement ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

    -- A paper's file is its organisation's own. What was shown as proof is read by the buyer that asked, and auditors.
    CREATE POLICY all_rows ON statement_paper_file USING ((SELECT current_setting('cwb.all_rows', true)) = 'on');
    CREATE POLICY own ON statement_paper_file USING (paper_id IN (
        SELECT s.id FROM statement_paper s JOIN mandate m ON m.organisation_id = s.organisation_id
            WHERE m.ended_at IS NULL
            AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint)));
    ALTER TABLE statement_paper_file ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE POLICY all_rows ON proof_request USING ((SELECT current_setting('cwb.all_rows', true)) = 'on');
    CREATE POLICY party ON proof_request FOR SELECT USING (organisation_id IN (
        SELECT m.organisation_id FROM mandate m WHERE m.ended_at IS NULL
            AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint)));
    CREATE POLICY buyer ON proof_request USING (tender_id IN (
        SELECT t.id FROM tender t JOIN mandate m ON m.organisation_id = t.buyer_id
            WHERE m.ended_at IS NULL
            AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint)));
    CREATE POLICY auditor ON proof_request FOR SELECT USING (EXISTS (
        SELECT FROM mandate m WHERE m.ended_at IS NULL AND m.role = 'auditor'
            AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint)));
    ALTER TABLE proof_request ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE POLICY all_rows ON proof USING ((SELECT current_setting('cwb.all_rows', true)) = 'on');
    CREATE POLICY of_request ON proof USING (request_id IN (SELECT r.id FROM proof_request r));
    ALTER TABLE proof ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

    -- Tenders that an organisation reads because it was asked to bid along: while it is asked, and for good once its
    -- signature lies in the box. Past the fence, as bids_joined() is: it tells of that organisation alone.
    CREATE FUNCTION tenders_joined(which bigint) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
    DECLARE
        before text := COALESCE(current_setting('cwb.all_rows', true), '');
    BEGIN
        PERFORM set_config('cwb.all_rows', 'on', true);
        RETURN QUERY SELECT b.tender_id FROM bid_member m JOIN bid b ON b.id = m.bid_id JOIN tender t ON t.id = b.tender_id
            WHERE m.organisation_id = which AND m.left_at IS NULL AND b.withdrawn_at IS NULL
            AND (t.closes_at > cwb_now() OR m.in_version = b.version AND b.version > b.retracted);
        PERFORM set_config('cwb.all_rows', before, true);
    END $$;

    CREATE POLICY member ON low_bid_question FOR SELECT USING (opened_bid_id IN (
        SELECT o.id FROM opened_bid o WHERE o.bid_id IN (SELECT bids_joined())));

    -- A draft of an explanation is the bidder's own: its buyer and auditors read what was sent, never this.
    CREATE POLICY all_rows ON low_bid_draft USING ((SELECT current_setting('cwb.all_rows', true)) = 'on');
    CREATE POLICY lead ON low_bid_draft USING (question_id IN (
        SELECT q.id FROM low_bid_question q JOIN opened_bid o ON o.id = q.opened_bid_id
            JOIN mandate m ON m.organisation_id = o.organisation_id
            WHERE m.ended_at IS NULL
            AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint)));
    CREATE POLICY member ON low_bid_draft FOR SELECT USING (question_id IN (
        SELECT q.id FROM low_bid_question q JOIN opened_bid o ON o.id = q.opened_bid_id
            WHERE o.bid_id IN (SELECT bids_joined())));
    ALTER TABLE low_bid_draft ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
"""


def upgrade() -> None:
    """Make the table and the fences; no row changes."""
    op.execute(TABLES)
    op.execute(FENCES)
    op.execute(
        FREEZE.format(
            members="OR jsonb_path_exists(o.content, '$.member_grounds.*.answers.*.yes ? (@ == true)')\n"
            "                    "
        )
    )
    op.execute(ROWS)


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP POLICY member ON low_bid_question;
        DROP FUNCTION tenders_joined(bigint);
        DROP TRIGGER forget_member_statements ON bid;
        DROP TRIGGER members_stated ON bid_version;
        DROP TABLE member_statement, low_bid_draft, proof, proof_request, statement_paper_file;
        DELETE FROM statement_paper WHERE kind = 'insurance';
        ALTER TABLE statement_paper DROP CONSTRAINT ck_statement_paper_kind,
            ADD CONSTRAINT ck_statement_paper_kind CHECK (kind IN ('gva', 'tax', 'kvk'));
        DROP FUNCTION ask_winner(), keep_proof(), forget_member_statements(), members_stated(), keep_member_statement();
    """)
    op.execute(FREEZE.format(members=""))
