"""How long bids bind: told at publication, longer only where a bidder agreed; who is not bound is not named as winner."""

from alembic import op

revision = "0092_bid_validity"
down_revision = "0081_wage_amended"
branch_labels = None
depends_on = None

TABLES = """
    ALTER TABLE tender ADD COLUMN bid_validity_days BIGINT
        CONSTRAINT ck_tender_bid_validity_days CHECK (bid_validity_days BETWEEN 14 AND 365);

    CREATE TABLE validity_request (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_validity_request PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_validity_request_public_id UNIQUE,
        tender_id BIGINT NOT NULL CONSTRAINT fk_validity_request_tender_id REFERENCES tender (id),
        until DATE NOT NULL,
        reason TEXT NOT NULL CONSTRAINT ck_validity_request_reason CHECK (length(reason) >= 20),
        answer_until TIMESTAMPTZ NOT NULL,
        asked_by_id BIGINT NOT NULL CONSTRAINT fk_validity_request_asked_by_id REFERENCES user_account (id),
        asked_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT ck_validity_request_term CHECK (answer_until > asked_at)
    );
    CREATE INDEX ix_validity_request_tender_id ON validity_request (tender_id);
    CREATE TABLE validity_answer (
        request_id BIGINT NOT NULL CONSTRAINT fk_validity_answer_request_id REFERENCES validity_request (id),
        opened_bid_id BIGINT NOT NULL CONSTRAINT fk_validity_answer_opened_bid_id REFERENCES opened_bid (id),
        agrees BOOLEAN NOT NULL,
        answered_by_id BIGINT NOT NULL CONSTRAINT fk_validity_answer_answered_by_id REFERENCES user_account (id),
        answered_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT pk_validity_answer PRIMARY KEY (request_id, opened_bid_id)
    );
    CREATE INDEX ix_validity_answer_opened_bid_id ON validity_answer (opened_bid_id);

    CREATE POLICY all_rows ON validity_answer USING ((SELECT current_setting('cwb.all_rows', true)) = 'on');
    CREATE POLICY of_bid ON validity_answer USING (opened_bid_id IN (SELECT o.id FROM opened_bid o));
    ALTER TABLE validity_answer ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
"""

FENCES = """
    CREATE FUNCTION keep_validity() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '%: what was asked and answered stays', TG_TABLE_NAME USING ERRCODE = 'CW092';
    END $$;
    CREATE TRIGGER keep_validity_request BEFORE UPDATE OR DELETE ON validity_request
        FOR EACH ROW EXECUTE FUNCTION keep_validity();
    CREATE TRIGGER keep_validity_answer BEFORE UPDATE OR DELETE ON validity_answer
        FOR EACH ROW EXECUTE FUNCTION keep_validity();

    CREATE FUNCTION answer_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM validity_request r JOIN opened_bid o ON o.tender_id = r.tender_id
            WHERE r.id = NEW.request_id AND o.id = NEW.opened_bid_id AND NEW.answered_at < r.answer_until) THEN
            RAISE EXCEPTION 'validity request %: no answer of this bid, or too late', NEW.request_id
                USING ERRCODE = 'CW092';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER answer_in_time BEFORE INSERT ON validity_answer FOR EACH ROW EXECUTE FUNCTION answer_in_time();

    -- As `procurement.validity.rules.bound_until`; NULL: it names no day, so it binds.
    CREATE FUNCTION bid_bound_until(bid bigint) RETURNS date LANGUAGE sql STABLE AS $$
        SELECT GREATEST((o.content ->> 'valid_until')::date,
            (SELECT max(r.until) FROM validity_answer a JOIN validity_request r ON r.id = a.request_id
                WHERE a.opened_bid_id = bid AND a.agrees))
        FROM opened_bid o WHERE o.id = bid AND o.content ->> 'valid_until' IS NOT NULL
    $$;

    CREATE FUNCTION send_bound_winners() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM lot_award a JOIN opened_bid o ON o.lot_id = a.lot_id
            WHERE a.decision_id = NEW.id AND (o.id = a.winner_bid_id OR a.also_won @> to_jsonb(o.label))
            AND bid_bound_until(o.id) < (NEW.sent_at AT TIME ZONE 'Europe/Amsterdam')::date) THEN
            RAISE EXCEPTION 'decision %: a winner is no longer bound by its bid', NEW.id USING ERRCODE = 'CW092';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER send_bound_winners BEFORE UPDATE ON award_decision FOR EACH ROW
        WHEN (OLD.sent_at IS NULL AND NEW.sent_at IS NOT NULL) EXECUTE FUNCTION send_bound_winners();

    -- Bound no more, and the bidder said no to the last question or let its term pass.
    CREATE FUNCTION bid_lapsed(bid bigint, at timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT bid_bound_until(bid) < (at AT TIME ZONE 'Europe/Amsterdam')::date AND EXISTS (
            SELECT FROM opened_bid o JOIN LATERAL (
                SELECT r.id, r.answer_until FROM validity_request r WHERE r.tender_id = o.tender_id
                ORDER BY r.id DESC LIMIT 1) r ON true
            LEFT JOIN validity_answer a ON a.request_id = r.id AND a.opened_bid_id = o.id
            WHERE o.id = bid AND (NOT a.agrees OR a.agrees IS NULL AND r.answer_until <= at))
    $$;
"""

# As in 0044, with a second ground: a bid that binds nobody any more.
REFUSED = """
    CREATE OR REPLACE FUNCTION refuse_winner() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT ({lapsed} EXISTS (SELECT FROM proof_request r JOIN proof_ruling u ON u.request_id = r.id
                WHERE r.opened_bid_id = NEW.opened_bid_id AND u.choice = 'refused'))
            OR EXISTS (SELECT FROM lot_award a JOIN opened_bid o ON o.lot_id = a.lot_id
                WHERE o.id = NEW.opened_bid_id AND award_stands(a)) THEN
            RAISE EXCEPTION 'bid %: after the freeze only refused proof or a lapsed bid takes it out', NEW.opened_bid_id
                USING ERRCODE = 'CW015';
        END IF;
        RETURN NEW;
    END $$;
"""


def upgrade() -> None:
    """Make the tables and their fences; tenders of before set no term."""
    for part in (TABLES, FENCES, REFUSED.format(lapsed="bid_lapsed(NEW.opened_bid_id, NEW.decided_at) OR")):
        op.execute(part)


def downgrade() -> None:
    """Take it away."""
    op.execute(REFUSED.format(lapsed=""))
    op.execute("""
        DROP TRIGGER send_bound_winners ON award_decision;
        DROP FUNCTION send_bound_winners(), bid_lapsed(bigint, timestamptz), bid_bound_until(bigint);
        DROP TABLE validity_answer, validity_request;
        DROP FUNCTION answer_in_time(), keep_validity();
        ALTER TABLE tender DROP COLUMN bid_validity_days;
    """)
