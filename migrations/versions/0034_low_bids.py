"""The question about a price that looks far too low, and the two fences around seeing prices before the freeze."""

from alembic import op

revision = "0034_low_bids"
down_revision = "0026_methods"
branch_labels = None
depends_on = None

TABLE = """
    CREATE TABLE low_bid_question (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_low_bid_question PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_low_bid_question_public_id UNIQUE,
        tender_id BIGINT NOT NULL CONSTRAINT fk_low_bid_question_tender_id REFERENCES tender (id),
        opened_bid_id BIGINT NOT NULL CONSTRAINT uq_low_bid_question_opened_bid_id UNIQUE
            CONSTRAINT fk_low_bid_question_opened_bid_id REFERENCES opened_bid (id),
        hints JSONB NOT NULL,
        question TEXT NOT NULL CONSTRAINT ck_low_bid_question_question CHECK (length(question) >= 20),
        answer_until TIMESTAMPTZ NOT NULL,
        asked_by_id BIGINT NOT NULL CONSTRAINT fk_low_bid_question_asked_by_id REFERENCES user_account (id),
        asked_at TIMESTAMPTZ NOT NULL,
        answer TEXT NOT NULL,
        answered_by_id BIGINT CONSTRAINT fk_low_bid_question_answered_by_id REFERENCES user_account (id),
        answered_at TIMESTAMPTZ,
        verdict TEXT CONSTRAINT ck_low_bid_question_verdict
            CHECK (verdict IN ('explained', 'unexplained', 'unlawful')),
        reasons TEXT NOT NULL,
        judged_by_id BIGINT CONSTRAINT fk_low_bid_question_judged_by_id REFERENCES user_account (id),
        judged_at TIMESTAMPTZ,
        returned_note TEXT NOT NULL,
        confirmed_by_id BIGINT CONSTRAINT fk_low_bid_question_confirmed_by_id REFERENCES user_account (id),
        confirmed_at TIMESTAMPTZ,
        CONSTRAINT ck_low_bid_question_term CHECK (answer_until > asked_at),
        CONSTRAINT ck_low_bid_question_answered CHECK ((answered_at IS NULL) = (answered_by_id IS NULL)
            AND (answered_at IS NULL) = (answer = '')
            AND (answered_at IS NULL OR length(answer) >= 20 AND answered_at < answer_until)),
        CONSTRAINT ck_low_bid_question_judged CHECK ((judged_at IS NULL) = (judged_by_id IS NULL)
            AND (judged_at IS NULL) = (verdict IS NULL)
            AND (judged_at IS NULL OR length(reasons) >= 20 AND (answered_at IS NOT NULL OR judged_at >= answer_until))),
        CONSTRAINT ck_low_bid_question_confirmed CHECK ((confirmed_at IS NULL) = (confirmed_by_id IS NULL)
            AND (confirmed_at IS NULL OR judged_at IS NOT NULL AND confirmed_by_id <> judged_by_id))
    );
    CREATE INDEX ix_low_bid_question_tender_id ON low_bid_question (tender_id);
"""

FENCES = """
    CREATE FUNCTION keep_low_bid_question() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        answers CONSTANT text[] := ARRAY['answer', 'answered_by_id', 'answered_at'];
        judgment CONSTANT text[] := ARRAY['verdict', 'reasons', 'judged_by_id', 'judged_at', 'returned_note'];
        ends CONSTANT text[] := ARRAY['confirmed_by_id', 'confirmed_at'];
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.confirmed_at IS NOT NULL
            OR to_jsonb(OLD) - answers - judgment - ends IS DISTINCT FROM to_jsonb(NEW) - answers - judgment - ends
            OR (OLD.answered_at IS NOT NULL OR OLD.judged_at IS NOT NULL) AND (NEW.answer, NEW.answered_at)
                IS DISTINCT FROM (OLD.answer, OLD.answered_at)
            OR NEW.confirmed_at IS NOT NULL AND (NEW.verdict, NEW.reasons, NEW.judged_by_id, NEW.judged_at)
                IS DISTINCT FROM (OLD.verdict, OLD.reasons, OLD.judged_by_id, OLD.judged_at) THEN
            RAISE EXCEPTION 'question %: what was said about a price stays', OLD.id USING ERRCODE = 'CW034';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_low_bid_question BEFORE UPDATE OR DELETE ON low_bid_question
        FOR EACH ROW EXECUTE FUNCTION keep_low_bid_question();

    CREATE FUNCTION freeze_priced() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM low_bid_question q WHERE q.tender_id = NEW.id AND q.confirmed_at IS NULL) THEN
            RAISE EXCEPTION 'tender %: a question about a price is open', NEW.number USING ERRCODE = 'CW034';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER freeze_priced BEFORE UPDATE ON tender FOR EACH ROW
        WHEN (OLD.scores_frozen_at IS NULL AND NEW.scores_frozen_at IS NOT NULL) EXECUTE FUNCTION freeze_priced();

    -- Who saw prices before the freeze takes no seat, and who has or had a seat sees none.
    CREATE FUNCTION seat_sees_no_price() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM bid_access a WHERE a.tender_id = NEW.tender_id AND a.user_id = NEW.user_id
            AND a.purpose = 'prices') THEN
            RAISE EXCEPTION 'user % saw the prices', NEW.user_id USING ERRCODE = 'CW034';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER seat_sees_no_price BEFORE INSERT ON panel_member
        FOR EACH ROW EXECUTE FUNCTION seat_sees_no_price();
    CREATE FUNCTION price_seen_by_no_seat() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM panel_member m WHERE m.tender_id = NEW.tender_id AND m.user_id = NEW.user_id) THEN
            RAISE EXCEPTION 'user % has a seat', NEW.user_id USING ERRCODE = 'CW034';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER price_seen_by_no_seat BEFORE INSERT ON bid_access FOR EACH ROW
        WHEN (NEW.purpose = 'prices') EXECUTE FUNCTION price_seen_by_no_seat();
"""


# As around bids (0018): the bidder, the buyer, auditors. What a bidder explains is nobody else's, also after the award.
ROWS = """
    CREATE POLICY all_rows ON low_bid_question USING ((SELECT current_setting('cwb.all_rows', true)) = 'on');
    CREATE POLICY bidder ON low_bid_question USING (opened_bid_id IN (
        SELECT o.id FROM opened_bid o JOIN mandate m ON m.organisation_id = o.organisation_id
            WHERE m.ended_at IS NULL
            AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint)));
    CREATE POLICY buyer ON low_bid_question USING (tender_id IN (
        SELECT t.id FROM tender t JOIN mandate m ON m.organisation_id = t.buyer_id
            WHERE m.ended_at IS NULL
            AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint)));
    CREATE POLICY auditor ON low_bid_question FOR SELECT USING (EXISTS (
        SELECT FROM mandate m WHERE m.ended_at IS NULL AND m.role = 'auditor'
            AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint)));
    ALTER TABLE low_bid_question ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
"""


def upgrade() -> None:
    """Make the table and the fences."""
    op.execute(TABLE)
    op.execute(FENCES)
    op.execute(ROWS)


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP TRIGGER freeze_priced ON tender;
        DROP TRIGGER seat_sees_no_price ON panel_member;
        DROP TRIGGER price_seen_by_no_seat ON bid_access;
        DROP TABLE low_bid_question;
        DROP FUNCTION keep_low_bid_question(), freeze_priced(), seat_sees_no_price(), price_seen_by_no_seat();
    """)
