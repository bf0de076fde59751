"""Repair of a formal defect; State aid as a judgment; conditions of a free choice; costs over the life as a method."""

from alembic import op

revision = "0037_repairs"
down_revision = "0036_joint_rest"
branch_labels = None
depends_on = None

TABLE = """
    CREATE TABLE repair_request (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_repair_request PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_repair_request_public_id UNIQUE,
        tender_id BIGINT NOT NULL CONSTRAINT fk_repair_request_tender_id REFERENCES tender (id),
        opened_bid_id BIGINT NOT NULL CONSTRAINT uq_repair_request_opened_bid_id UNIQUE
            CONSTRAINT fk_repair_request_opened_bid_id REFERENCES opened_bid (id),
        kind TEXT NOT NULL CONSTRAINT ck_repair_request_kind CHECK (kind IN ('missing', 'unclear', 'clerical')),
        about JSONB NOT NULL CONSTRAINT ck_repair_request_about
            CHECK (jsonb_typeof(about) = 'array' AND about <> '[]'::jsonb),
        left_out TEXT NOT NULL,
        question TEXT NOT NULL CONSTRAINT ck_repair_request_question CHECK (length(question) >= 20),
        answer_until TIMESTAMPTZ NOT NULL,
        asked_by_id BIGINT NOT NULL CONSTRAINT fk_repair_request_asked_by_id REFERENCES user_account (id),
        asked_at TIMESTAMPTZ NOT NULL,
        answer TEXT NOT NULL,
        answered_by_id BIGINT CONSTRAINT fk_repair_request_answered_by_id REFERENCES user_account (id),
        answered_at TIMESTAMPTZ,
        file BYTEA,
        file_name TEXT,
        file_kind TEXT,
        verdict TEXT CONSTRAINT ck_repair_request_verdict CHECK (verdict IN ('accepted', 'refused')),
        is_same_bid BOOLEAN,
        is_older BOOLEAN,
        reasons TEXT NOT NULL,
        decided_by_id BIGINT CONSTRAINT fk_repair_request_decided_by_id REFERENCES user_account (id),
        decided_at TIMESTAMPTZ,
        CONSTRAINT ck_repair_request_term CHECK (answer_until > asked_at),
        CONSTRAINT ck_repair_request_answered CHECK ((answered_at IS NULL) = (answered_by_id IS NULL)
            AND (answered_at IS NULL) = (answer = '')
            AND (answered_at IS NULL OR length(answer) >= 20 AND answered_at < answer_until)),
        CONSTRAINT ck_repair_request_file CHECK ((file IS NULL) = (file_name IS NULL)
            AND (file IS NULL) = (file_kind IS NULL)
            AND (file IS NULL OR answered_at IS NOT NULL AND octet_length(file) BETWEEN 1 AND 10485760)),
        CONSTRAINT ck_repair_request_decided CHECK ((decided_at IS NULL) = (decided_by_id IS NULL)
            AND (decided_at IS NULL) = (verdict IS NULL) AND (decided_at IS NULL) = (is_same_bid IS NULL)
            AND (decided_at IS NULL OR length(reasons) >= 20 AND decided_by_id <> asked_by_id
                AND (answered_at IS NOT NULL OR decided_at >= answer_until))),
        -- Never another bid, and a paper only from before the closing (CJEU C-599/10, C-336/12).
        CONSTRAINT ck_repair_request_accepted CHECK (verdict IS DISTINCT FROM 'accepted'
            OR answered_at IS NOT NULL AND is_same_bid IS TRUE AND (kind = 'clerical' OR is_older IS TRUE))
    );
    CREATE INDEX ix_repair_request_tender_id ON repair_request (tender_id);
"""

FENCES = """
    -- Asked between the opening and the freeze, of a readable bid of the tender, and by nobody who assesses.
    CREATE FUNCTION ask_repair() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM opened_bid o JOIN tender t ON t.id = o.tender_id WHERE o.id = NEW.opened_bid_id
                AND t.id = NEW.tender_id AND o.fault IS NULL AND t.opened_at IS NOT NULL
                AND t.scores_frozen_at IS NULL AND t.cancelled_at IS NULL AND t.unsuccessful_at IS NULL)
            OR EXISTS (SELECT FROM panel_member m WHERE m.tender_id = NEW.tender_id AND m.released_at IS NULL
                AND m.user_id IN (NEW.asked_by_id, NEW.decided_by_id)) THEN
            RAISE EXCEPTION 'tender %: no repair can be asked or decided like this', NEW.tender_id
                USING ERRCODE = 'CW037';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER ask_repair BEFORE INSERT OR UPDATE ON repair_request
        FOR EACH ROW EXECUTE FUNCTION ask_repair();

    CREATE FUNCTION keep_repair() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        answers CONSTANT text[] := ARRAY['answer', 'answered_by_id', 'answered_at', 'file', 'file_name', 'file_kind'];
        decision CONSTANT text[] := ARRAY[
            'verdict', 'is_same_bid', 'is_older', 'reasons', 'decided_by_id', 'decided_at'];
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.decided_at IS NOT NULL
            OR to_jsonb(OLD) - answers - decision IS DISTINCT FROM to_jsonb(NEW) - answers - decision
            OR (OLD.answered_at IS NOT NULL OR NEW.decided_at IS NOT NULL)
                AND (NEW.answer, NEW.answered_by_id, NEW.answered_at, NEW.file, NEW.file_name, NEW.file_kind)
                IS DISTINCT FROM (OLD.answer, OLD.answered_by_id, OLD.answered_at, OLD.file, OLD.file_name, OLD.file_kind)
        THEN
            RAISE EXCEPTION 'repair %: what was said stays', OLD.id USING ERRCODE = 'CW037';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_repair BEFORE UPDATE OR DELETE ON repair_request
        FOR EACH ROW EXECUTE FUNCTION keep_repair();
    CREATE TRIGGER repair_request_no_truncate BEFORE TRUNCATE ON repair_request EXECUTE FUNCTION refuse_change();

    CREATE FUNCTION freeze_repaired() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM repair_request r WHERE r.tender_id = NEW.id AND r.decided_at IS NULL) THEN
            RAISE EXCEPTION 'tender %: a repair is open', NEW.number USING ERRCODE = 'CW037';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER freeze_repaired BEFORE UPDATE ON tender FOR EACH ROW
        WHEN (OLD.scores_frozen_at IS NULL AND NEW.scores_frozen_at IS NOT NULL) EXECUTE FUNCTION freeze_repaired();
"""

# As around bids (0018): the bidder, the buyer, auditors.
ROWS = """
    CREATE POLICY all_rows ON repair_request USING ((SELECT current_setting('cwb.all_rows', true)) = 'on');
    CREATE POLICY bidder ON repair_request USING (opened_bid_id IN (
        SELECT o.id FROM opened_bid o JOIN mandate m ON m.organisation_id = o.organisation_id
            WHERE m.ended_at IS NULL
            AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint)));
    CREATE POLICY buyer ON repair_request USING (tender_id IN (
        SELECT t.id FROM tender t JOIN mandate m ON m.organisation_id = t.buyer_id
            WHERE m.ended_at IS NULL
            AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint)));
    CREATE POLICY auditor ON repair_request FOR SELECT USING (EXISTS (
        SELECT FROM mandate m WHERE m.ended_at IS NULL AND m.role = 'auditor'
            AND m.user_id = (SELECT NULLIF(current_setting('cwb.user_id', true), '')::bigint)));
    ALTER TABLE repair_request ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
"""

# Directive 2014/24, art. 69, paragraph 4, and art. 33, paragraph 4a. What was published before stays as it is.
WORDS = """
    ALTER TABLE low_bid_question DROP CONSTRAINT ck_low_bid_question_verdict;
    ALTER TABLE low_bid_question ADD CONSTRAINT ck_low_bid_question_verdict
        CHECK (verdict IN ('explained', 'unexplained', 'unlawful', 'aided'));
    CREATE FUNCTION name_conditions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.rule = 'fixed' AND length(NEW.note) < 10 THEN
            RAISE EXCEPTION 'tender %: its conditions are not named', NEW.tender_id USING ERRCODE = 'CW037';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER name_conditions BEFORE INSERT OR UPDATE ON framework_rule
        FOR EACH ROW EXECUTE FUNCTION name_conditions();
"""


# The eighth method: costs over the life, published with their years and rate, price alone beside them.
LIFE_CYCLE = """
    ALTER TABLE tender
        ADD COLUMN life_cycle JSONB,
        DROP CONSTRAINT ck_tender_method,
        ADD CONSTRAINT ck_tender_method CHECK (method IN ('value_award', 'fixed_price_range', 'log_price',
            'meat_coefficient', 'lowest_price', 'relative_price', 'superformule', 'life_cycle_cost')),
        DROP CONSTRAINT ck_tender_price_only,
        ADD CONSTRAINT ck_tender_price_only CHECK (published_at IS NULL
            OR method NOT IN ('lowest_price', 'life_cycle_cost') OR (price_only_reason <> '' AND tie_break = 'lot')),
        ADD CONSTRAINT ck_tender_life_cycle CHECK (published_at IS NULL
            OR (method = 'life_cycle_cost') = (life_cycle IS NOT NULL));
    CREATE FUNCTION keep_life_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.published_at IS NOT NULL AND NEW.life_cycle IS DISTINCT FROM OLD.life_cycle
            OR OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND NEW.method = 'life_cycle_cost' AND (
                coalesce(jsonb_array_length(NEW.life_cycle -> 'costs'), 0) = 0
                OR EXISTS (SELECT FROM lot l JOIN criterion c ON c.lot_id = l.id
                    WHERE l.tender_id = NEW.id AND c.kind = 'quality')) THEN
            RAISE EXCEPTION 'tender %: its costs over the life are published with it', NEW.number
                USING ERRCODE = 'CW037';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_life_cycle BEFORE UPDATE ON tender FOR EACH ROW EXECUTE FUNCTION keep_life_cycle();
"""


def upgrade() -> None:
    """Make the table and the fences."""
    for each in (TABLE, FENCES, ROWS, WORDS, LIFE_CYCLE):
        op.execute(each)


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP TRIGGER keep_life_cycle ON tender;
        DROP FUNCTION keep_life_cycle();
        ALTER TABLE tender DROP CONSTRAINT ck_tender_life_cycle, DROP COLUMN life_cycle,
            DROP CONSTRAINT ck_tender_method, DROP CONSTRAINT ck_tender_price_only,
            ADD CONSTRAINT ck_tender_method CHECK (method IN ('value_award', 'fixed_price_range', 'log_price',
                'meat_coefficient', 'lowest_price', 'relative_price', 'superformule')),
            ADD CONSTRAINT ck_tender_price_only CHECK (published_at IS NULL OR method <> 'lowest_price'
                OR (price_only_reason <> '' AND tie_break = 'lot'));
        DROP TRIGGER name_conditions ON framework_rule;
        DROP FUNCTION name_conditions();
        ALTER TABLE low_bid_question DROP CONSTRAINT ck_low_bid_question_verdict;
        ALTER TABLE low_bid_question ADD CONSTRAINT ck_low_bid_question_verdict
            CHECK (verdict IN ('explained', 'unexplained', 'unlawful'));
        DROP TRIGGER freeze_repaired ON tender;
        DROP TABLE repair_request;
        DROP FUNCTION ask_repair(), keep_repair(), freeze_repaired();
    """)
