"""Proof that is asked and not settled: no definitive award and no signature; what a buyer decides about it."""

from alembic import op

revision = "0044_open_proof"
down_revision = "0061_voices"
branch_labels = None
depends_on = None

TABLES = """
    CREATE TABLE proof_ruling (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_proof_ruling PRIMARY KEY,
        request_id BIGINT NOT NULL CONSTRAINT fk_proof_ruling_request_id REFERENCES proof_request (id),
        choice TEXT NOT NULL CONSTRAINT ck_proof_ruling_choice CHECK (choice IN ('longer', 'accepted', 'refused')),
        kinds JSONB NOT NULL,
        until_before TIMESTAMPTZ NOT NULL,
        until TIMESTAMPTZ,
        reason TEXT NOT NULL CONSTRAINT ck_proof_ruling_reason CHECK (length(reason) >= 10),
        decided_by_id BIGINT NOT NULL CONSTRAINT fk_proof_ruling_decided_by_id REFERENCES user_account (id),
        decided_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT ck_proof_ruling_longer CHECK ((choice = 'longer') = (until IS NOT NULL) AND until > until_before),
        CONSTRAINT ck_proof_ruling_accepted CHECK ((choice = 'accepted') = (jsonb_array_length(kinds) > 0)),
        CONSTRAINT ck_proof_ruling_refused CHECK (choice <> 'refused' OR decided_at >= until_before)
    );
    CREATE INDEX ix_proof_ruling_request_id ON proof_ruling (request_id);
    CREATE UNIQUE INDEX uq_proof_ruling_refused ON proof_ruling (request_id) WHERE choice = 'refused';
"""

FENCES = """
    -- Whether a bid was asked for a paper that is neither found good nor accepted without. Past the fence of rows, since
    -- who signs for one party does not read what another one showed: the answer is only yes or no.
    CREATE FUNCTION proof_is_open(bid bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
    DECLARE
        before text := COALESCE(current_setting('cwb.all_rows', true), '');
        found boolean;
    BEGIN
        PERFORM set_config('cwb.all_rows', 'on', true);
        found := EXISTS (SELECT FROM proof_request r, jsonb_array_elements_text(r.kinds) AS asked (kind)
            WHERE r.opened_bid_id = bid
            AND NOT EXISTS (SELECT FROM proof p WHERE p.request_id = r.id AND p.kind = asked.kind AND p.is_good)
            AND NOT EXISTS (SELECT FROM proof_ruling u WHERE u.request_id = r.id AND u.kinds ? asked.kind));
        PERFORM set_config('cwb.all_rows', before, true);
        RETURN found;
    END $$;

    CREATE FUNCTION award_lacks_proof(award lot_award) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT EXISTS (SELECT FROM opened_bid o WHERE o.lot_id = award.lot_id
            AND (o.id = award.winner_bid_id OR award.also_won @> to_jsonb(o.label)) AND proof_is_open(o.id))
    $$;

    CREATE FUNCTION keep_proof_request() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE'
            OR to_jsonb(OLD) - 'until' - 'reminded_at' IS DISTINCT FROM to_jsonb(NEW) - 'until' - 'reminded_at' THEN
            RAISE EXCEPTION 'proof %: what was asked stays', OLD.id USING ERRCODE = 'CW036';
        END IF;
        IF NEW.until <> OLD.until AND NOT EXISTS (SELECT FROM proof_ruling u
            WHERE u.request_id = OLD.id AND u.until_before = OLD.until AND u.until = NEW.until) THEN
            RAISE EXCEPTION 'proof %: a term runs longer only with a reason', OLD.id USING ERRCODE = 'CW036';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_proof_request BEFORE UPDATE OR DELETE ON proof_request
        FOR EACH ROW EXECUTE FUNCTION keep_proof_request();

    -- A ruling is about what is open now, and stays. After a refusal nothing is decided any more.
    CREATE FUNCTION rule_on_proof() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' THEN
            RAISE EXCEPTION 'proof %: what was decided stays', OLD.request_id USING ERRCODE = 'CW036';
        END IF;
        IF NOT EXISTS (SELECT FROM proof_request r
                WHERE r.id = NEW.request_id AND r.until = NEW.until_before AND r.kinds @> NEW.kinds
                AND proof_is_open(r.opened_bid_id))
            OR EXISTS (SELECT FROM proof_ruling u WHERE u.request_id = NEW.request_id AND u.choice = 'refused')
            OR NEW.choice = 'refused' AND EXISTS (SELECT FROM proof p
                WHERE p.request_id = NEW.request_id AND p.seen_at IS NULL) THEN
            RAISE EXCEPTION 'proof %: there is nothing to decide', NEW.request_id USING ERRCODE = 'CW036';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER rule_on_proof BEFORE INSERT OR UPDATE OR DELETE ON proof_ruling
        FOR EACH ROW EXECUTE FUNCTION rule_on_proof();

    CREATE FUNCTION award_with_proof() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF award_lacks_proof(NEW) THEN
            RAISE EXCEPTION 'decision %: a lot waits for proof', NEW.decision_id USING ERRCODE = 'CW036';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER award_with_proof BEFORE UPDATE ON lot_award FOR EACH ROW
        WHEN (OLD.definitive_at IS NULL AND NEW.definitive_at IS NOT NULL) EXECUTE FUNCTION award_with_proof();

    CREATE FUNCTION sign_with_proof() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM lot_award a WHERE a.decision_id = NEW.decision_id AND a.lot_id = NEW.lot_id
            AND award_lacks_proof(a)) THEN
            RAISE EXCEPTION 'contract %: it waits for proof', NEW.number USING ERRCODE = 'CW036';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER sign_with_proof BEFORE UPDATE ON contract FOR EACH ROW
        WHEN (OLD.buyer_signed_at IS NULL AND NEW.buyer_signed_at IS NOT NULL
            OR OLD.supplier_signed_at IS NULL AND NEW.supplier_signed_at IS NOT NULL)
        EXECUTE FUNCTION sign_with_proof();

    -- After the freeze a bid goes out only when its proof was refused, and its award does not stand any more.
    DROP TRIGGER keep_disqualification ON disqualification;
    CREATE FUNCTION refuse_winner() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM proof_request r JOIN proof_ruling u ON u.request_id = r.id
                WHERE r.opened_bid_id = NEW.opened_bid_id AND u.choice = 'refused')
            OR EXISTS (SELECT FROM lot_award a JOIN opened_bid o ON o.lot_id = a.lot_id
                WHERE o.id = NEW.opened_bid_id AND award_stands(a)) THEN
            RAISE EXCEPTION 'bid %: after the freeze only refused proof takes it out', NEW.opened_bid_id
                USING ERRCODE = 'CW015';
        END IF;
        RETURN NEW;
    END $$;
    CREATE FUNCTION is_frozen(bid bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT EXISTS (SELECT FROM opened_bid o JOIN tender t ON t.id = o.tender_id
            WHERE o.id = bid AND t.scores_frozen_at IS NOT NULL)
    $$;
    CREATE TRIGGER keep_disqualification BEFORE UPDATE OR DELETE ON disqualification
        FOR EACH ROW EXECUTE FUNCTION keep_scores();
    CREATE TRIGGER disqualify_before_freeze BEFORE INSERT ON disqualification
        FOR EACH ROW WHEN (NOT is_frozen(NEW.opened_bid_id)) EXECUTE FUNCTION keep_scores();
    CREATE TRIGGER refuse_winner BEFORE INSERT ON disqualification
        FOR EACH ROW WHEN (is_frozen(NEW.opened_bid_id)) EXECUTE FUNCTION refuse_winner();
"""

ROWS = """
    CREATE POLICY all_rows ON proof_ruling USING ((SELECT current_setting('cwb.all_rows', true)) = 'on');
    CREATE POLICY of_request ON proof_ruling USING (request_id IN (SELECT r.id FROM proof_request r));
    ALTER TABLE proof_ruling ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
"""


def upgrade() -> None:
    """Make the table and its fences; what was asked before stays as it was and counts too."""
    for part in (TABLES, FENCES, ROWS):
        op.execute(part)


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP TRIGGER refuse_winner ON disqualification;
        DROP TRIGGER disqualify_before_freeze ON disqualification;
        DROP TRIGGER keep_disqualification ON disqualification;
        CREATE TRIGGER keep_disqualification BEFORE INSERT OR UPDATE OR DELETE ON disqualification
            FOR EACH ROW EXECUTE FUNCTION keep_scores();
        DROP TRIGGER sign_with_proof ON contract;
        DROP TRIGGER award_with_proof ON lot_award;
        DROP TRIGGER keep_proof_request ON proof_request;
        DROP TABLE proof_ruling;
        DROP FUNCTION is_frozen(bigint), refuse_winner(), sign_with_proof(), award_with_proof(), rule_on_proof(),
            keep_proof_request(), award_lacks_proof(lot_award), proof_is_open(bigint);
    """)
