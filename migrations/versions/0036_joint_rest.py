"""What each member of a joint bid states about itself, locked; members read a question about their low bid."""

from alembic import op

revision = "0036_joint_rest"
down_revision = "0030_demands"
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
        DROP TABLE member_statement, low_bid_draft;
        DROP FUNCTION forget_member_statements(), members_stated(), keep_member_statement();
    """)
    op.execute(FREEZE.format(members=""))
