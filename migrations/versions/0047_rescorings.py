"""A bid scored anew after the freeze, by two people with a reason; the first ranking stays beside the second."""

from alembic import op

revision = "0047_rescorings"
down_revision = "0045_joint_rounds"
branch_labels = None
depends_on = None

TABLES = """
    ALTER TABLE evaluation ADD COLUMN version BIGINT NOT NULL DEFAULT 1
        CONSTRAINT ck_evaluation_version CHECK (version >= 1);
    ALTER TABLE evaluation ALTER COLUMN version DROP DEFAULT,
        DROP CONSTRAINT uq_evaluation_lot_id,
        ADD CONSTRAINT uq_evaluation_lot_id_version UNIQUE (lot_id, version);

    CREATE TABLE rescoring (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_rescoring PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_rescoring_public_id UNIQUE,
        tender_id BIGINT NOT NULL CONSTRAINT fk_rescoring_tender_id REFERENCES tender (id),
        opened_bid_id BIGINT NOT NULL CONSTRAINT fk_rescoring_opened_bid_id REFERENCES opened_bid (id),
        codes JSONB NOT NULL CONSTRAINT ck_rescoring_codes CHECK (jsonb_typeof(codes) = 'array' AND codes <> '[]'::jsonb),
        ground TEXT NOT NULL CONSTRAINT ck_rescoring_ground CHECK (ground IN ('clerical', 'complaint', 'judge')),
        reason TEXT NOT NULL CONSTRAINT ck_rescoring_reason CHECK (length(reason) >= 20),
        asked_by_id BIGINT NOT NULL CONSTRAINT fk_rescoring_asked_by_id REFERENCES user_account (id),
        asked_at TIMESTAMPTZ NOT NULL,
        is_agreed BOOLEAN,
        answer TEXT NOT NULL,
        decided_by_id BIGINT CONSTRAINT fk_rescoring_decided_by_id REFERENCES user_account (id),
        decided_at TIMESTAMPTZ,
        evaluation_id BIGINT CONSTRAINT uq_rescoring_evaluation_id UNIQUE
            CONSTRAINT fk_rescoring_evaluation_id REFERENCES evaluation (id),
        done_at TIMESTAMPTZ,
        CONSTRAINT ck_rescoring_decided CHECK ((decided_at IS NULL) = (decided_by_id IS NULL)
            AND (decided_at IS NULL) = (is_agreed IS NULL)
            AND (decided_at IS NULL OR length(answer) >= 20 AND decided_at >= asked_at)),
        CONSTRAINT ck_rescoring_two_people CHECK (decided_by_id <> asked_by_id),
        CONSTRAINT ck_rescoring_done CHECK ((done_at IS NULL) = (evaluation_id IS NULL)
            AND (done_at IS NULL OR is_agreed AND done_at >= decided_at))
    );
    CREATE UNIQUE INDEX uq_rescoring_open ON rescoring (tender_id)
        WHERE done_at IS NULL AND is_agreed IS NOT FALSE;
    CREATE INDEX ix_rescoring_opened_bid_id ON rescoring (opened_bid_id);
"""

FENCES = """
    -- Asked of a ranked bid, with the scores frozen, while no award of its lot stands.
    CREATE FUNCTION ask_rescoring() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM opened_bid o JOIN tender t ON t.id = o.tender_id
                JOIN evaluation e ON e.lot_id = o.lot_id
                WHERE o.id = NEW.opened_bid_id AND t.id = NEW.tender_id AND t.scores_frozen_at IS NOT NULL
                AND t.cancelled_at IS NULL AND t.unsuccessful_at IS NULL AND t.completed_at IS NULL)
            OR NEW.decided_at IS NOT NULL
            OR EXISTS (SELECT FROM lot_award a JOIN award_decision d ON d.id = a.decision_id
                JOIN opened_bid o ON o.lot_id = a.lot_id
                WHERE o.id = NEW.opened_bid_id AND a.withdrawn_at IS NULL AND d.withdrawn_at IS NULL) THEN
            RAISE EXCEPTION 'tender %: no bid can be scored anew now', NEW.tender_id USING ERRCODE = 'CW047';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER ask_rescoring BEFORE INSERT ON rescoring FOR EACH ROW EXECUTE FUNCTION ask_rescoring();

    CREATE FUNCTION keep_rescoring() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        decision CONSTANT text[] := ARRAY['is_agreed', 'answer', 'decided_by_id', 'decided_at'];
        ending CONSTANT text[] := ARRAY['evaluation_id', 'done_at'];
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.done_at IS NOT NULL
            OR to_jsonb(OLD) - decision - ending IS DISTINCT FROM to_jsonb(NEW) - decision - ending
            OR OLD.decided_at IS NOT NULL AND to_jsonb(OLD) - ending IS DISTINCT FROM to_jsonb(NEW) - ending THEN
            RAISE EXCEPTION 'rescoring %: what was said stays', OLD.id USING ERRCODE = 'CW047';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_rescoring BEFORE UPDATE OR DELETE ON rescoring
        FOR EACH ROW EXECUTE FUNCTION keep_rescoring();
    CREATE TRIGGER rescoring_no_truncate BEFORE TRUNCATE ON rescoring EXECUTE FUNCTION refuse_change();

    -- A later ranking of a lot only where two people agreed to it.
    CREATE FUNCTION rank_anew() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.version <> 1 + (SELECT count(*) FROM evaluation e WHERE e.lot_id = NEW.lot_id)
            OR NEW.version > 1 AND NOT EXISTS (SELECT FROM rescoring r JOIN opened_bid o ON o.id = r.opened_bid_id
                WHERE o.lot_id = NEW.lot_id AND r.is_agreed AND r.done_at IS NULL) THEN
            RAISE EXCEPTION 'lot %: it is ranked once, or anew by two people', NEW.lot_id USING ERRCODE = 'CW047';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER rank_anew BEFORE INSERT ON evaluation FOR EACH ROW EXECUTE FUNCTION rank_anew();

    CREATE FUNCTION decide_scored() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM rescoring r WHERE r.tender_id = NEW.tender_id AND r.done_at IS NULL
            AND r.is_agreed IS NOT FALSE) THEN
            RAISE EXCEPTION 'tender %: a bid is being scored anew', NEW.tender_id USING ERRCODE = 'CW047';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER decide_scored BEFORE INSERT ON award_decision FOR EACH ROW EXECUTE FUNCTION decide_scored();
"""

# As of 0014, with one way past the freeze: the consensus of a bid that two people agreed to score anew, on the
# criteria that they named.
KEEP_SCORES = """
    CREATE OR REPLACE FUNCTION keep_scores() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        each jsonb;
        t record;
        c record;
    BEGIN
        FOREACH each IN ARRAY ARRAY[to_jsonb(OLD), to_jsonb(NEW)] LOOP
            CONTINUE WHEN each IS NULL OR each = 'null'::jsonb;
            SELECT tender.id, tender.number, tender.opened_at, tender.scores_frozen_at INTO t
                FROM opened_bid b JOIN tender ON tender.id = b.tender_id
                WHERE b.id = (each ->> 'opened_bid_id')::bigint FOR SHARE OF tender;
            IF (t.opened_at IS NULL OR t.scores_frozen_at IS NOT NULL){but} THEN
                RAISE EXCEPTION 'tender %: scores are given between opening and freezing', t.number
                    USING ERRCODE = 'CW015';
            END IF;
            CONTINUE WHEN TG_TABLE_NAME = 'disqualification';
            SELECT criterion.max_points, criterion.kind, lot.tender_id INTO c
                FROM criterion JOIN lot ON lot.id = criterion.lot_id
                WHERE criterion.id = (each ->> 'criterion_id')::bigint;
            IF c.tender_id <> t.id OR c.kind <> 'quality' OR (each ->> 'points')::numeric > c.max_points THEN
                RAISE EXCEPTION 'tender %: points lie within a published criterion of it', t.number
                    USING ERRCODE = 'CW015';
            END IF;
        END LOOP;
        IF TG_OP <> 'DELETE' AND TG_TABLE_NAME <> 'disqualification' AND NOT EXISTS (
            SELECT FROM panel_member m WHERE m.id = (each ->> 'member_id')::bigint AND m.tender_id = t.id
                AND m.conflict = false AND m.released_at IS NULL
                AND (m.is_chair OR TG_TABLE_NAME = 'score')
        ) THEN
            RAISE EXCEPTION 'tender %: only panel members without an interest score', t.number
                USING ERRCODE = 'CW015';
        END IF;
        RETURN COALESCE(NEW, OLD);
    END $$;
"""

BUT = """
                AND NOT (TG_TABLE_NAME = 'consensus_score' AND TG_OP <> 'DELETE' AND EXISTS (
                    SELECT FROM rescoring r JOIN criterion x ON r.codes ? x.code
                        WHERE r.opened_bid_id = (each ->> 'opened_bid_id')::bigint
                        AND x.id = (each ->> 'criterion_id')::bigint AND r.is_agreed AND r.done_at IS NULL))"""


def upgrade() -> None:
    """Make the table, its fences, and the way past the freeze."""
    op.execute(TABLES)
    op.execute(FENCES)
    op.execute(KEEP_SCORES.replace("{but}", BUT))


def downgrade() -> None:
    """Take it away: of each lot the first ranking stays."""
    op.execute(KEEP_SCORES.replace("{but}", ""))
    op.execute("""
        DROP TRIGGER rank_anew ON evaluation;
        DROP TRIGGER decide_scored ON award_decision;
        DROP TABLE rescoring;
        DROP FUNCTION ask_rescoring(), keep_rescoring(), rank_anew(), decide_scored();
        ALTER TABLE tie_break DISABLE TRIGGER keep_tie_break;
        ALTER TABLE evaluation DISABLE TRIGGER keep_evaluation;
        DELETE FROM tie_break b USING evaluation e WHERE e.id = b.evaluation_id AND e.version > 1;
        DELETE FROM evaluation WHERE version > 1;
        ALTER TABLE tie_break ENABLE TRIGGER keep_tie_break;
        ALTER TABLE evaluation ENABLE TRIGGER keep_evaluation;
        ALTER TABLE evaluation DROP CONSTRAINT uq_evaluation_lot_id_version, DROP COLUMN version,
            ADD CONSTRAINT uq_evaluation_lot_id UNIQUE (lot_id);
    """)
