"""The panel, its scores and consensus, disqualifications, the frozen ranking and broken ties."""

from alembic import op

revision = "0014_evaluation"
down_revision = "0013_bids"
branch_labels = None
depends_on = None

TABLES = """
    CREATE TABLE panel_member (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_panel_member PRIMARY KEY,
        tender_id BIGINT NOT NULL CONSTRAINT fk_panel_member_tender_id REFERENCES tender (id),
        user_id BIGINT NOT NULL CONSTRAINT fk_panel_member_user_id REFERENCES user_account (id),
        is_chair BOOLEAN NOT NULL,
        invited_by_id BIGINT NOT NULL CONSTRAINT fk_panel_member_invited_by_id REFERENCES user_account (id),
        invited_at TIMESTAMPTZ NOT NULL,
        declared_at TIMESTAMPTZ,
        conflict BOOLEAN,
        conflict_reason TEXT NOT NULL,
        released_at TIMESTAMPTZ,
        release_reason TEXT NOT NULL,
        CONSTRAINT uq_panel_member_tender_id_user_id UNIQUE (tender_id, user_id),
        CONSTRAINT ck_panel_member_declared CHECK ((declared_at IS NULL) = (conflict IS NULL)),
        CONSTRAINT ck_panel_member_conflict_reason CHECK (conflict IS NOT TRUE OR conflict_reason <> ''),
        CONSTRAINT ck_panel_member_release_reason CHECK (released_at IS NULL OR release_reason <> ''),
        CONSTRAINT ck_panel_member_chair_stays CHECK (NOT is_chair OR released_at IS NULL)
    );
    CREATE UNIQUE INDEX uq_panel_member_chair ON panel_member (tender_id) WHERE is_chair;
    CREATE INDEX ix_panel_member_user_id ON panel_member (user_id);

    CREATE TABLE score (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_score PRIMARY KEY,
        opened_bid_id BIGINT NOT NULL CONSTRAINT fk_score_opened_bid_id REFERENCES opened_bid (id),
        criterion_id BIGINT NOT NULL CONSTRAINT fk_score_criterion_id REFERENCES criterion (id),
        member_id BIGINT NOT NULL CONSTRAINT fk_score_member_id REFERENCES panel_member (id),
        points NUMERIC(6, 2) NOT NULL CONSTRAINT ck_score_points CHECK (points >= 0),
        note TEXT NOT NULL CONSTRAINT ck_score_note CHECK (note <> ''),
        scored_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT uq_score_opened_bid_id_criterion_id_member_id UNIQUE (opened_bid_id, criterion_id, member_id)
    );
    CREATE INDEX ix_score_member_id ON score (member_id);

    CREATE TABLE consensus_score (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_consensus_score PRIMARY KEY,
        opened_bid_id BIGINT NOT NULL CONSTRAINT fk_consensus_score_opened_bid_id REFERENCES opened_bid (id),
        criterion_id BIGINT NOT NULL CONSTRAINT fk_consensus_score_criterion_id REFERENCES criterion (id),
        member_id BIGINT NOT NULL CONSTRAINT fk_consensus_score_member_id REFERENCES panel_member (id),
        points NUMERIC(6, 2) NOT NULL CONSTRAINT ck_consensus_score_points CHECK (points >= 0),
        note TEXT NOT NULL CONSTRAINT ck_consensus_score_note CHECK (note <> ''),
        scored_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT uq_consensus_score_opened_bid_id_criterion_id UNIQUE (opened_bid_id, criterion_id)
    );

    CREATE TABLE disqualification (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_disqualification PRIMARY KEY,
        opened_bid_id BIGINT NOT NULL CONSTRAINT uq_disqualification_opened_bid_id UNIQUE
            CONSTRAINT fk_disqualification_opened_bid_id REFERENCES opened_bid (id),
        reason TEXT NOT NULL CONSTRAINT ck_disqualification_reason CHECK (reason <> ''),
        decided_by_id BIGINT NOT NULL CONSTRAINT fk_disqualification_decided_by_id REFERENCES user_account (id),
        decided_at TIMESTAMPTZ NOT NULL
    );

    CREATE TABLE evaluation (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_evaluation PRIMARY KEY,
        tender_id BIGINT NOT NULL CONSTRAINT uq_evaluation_tender_id UNIQUE
            CONSTRAINT fk_evaluation_tender_id REFERENCES tender (id),
        frozen_by_id BIGINT NOT NULL CONSTRAINT fk_evaluation_frozen_by_id REFERENCES user_account (id),
        frozen_at TIMESTAMPTZ NOT NULL,
        input JSONB NOT NULL,
        outcome JSONB NOT NULL,
        digest TEXT NOT NULL CONSTRAINT ck_evaluation_digest CHECK (digest ~ '^[0-9a-f]{64}$')
    );

    CREATE TABLE tie_break (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_tie_break PRIMARY KEY,
        evaluation_id BIGINT NOT NULL CONSTRAINT uq_tie_break_evaluation_id UNIQUE
            CONSTRAINT fk_tie_break_evaluation_id REFERENCES evaluation (id),
        opened_bid_id BIGINT NOT NULL CONSTRAINT fk_tie_break_opened_bid_id REFERENCES opened_bid (id),
        reason TEXT NOT NULL CONSTRAINT ck_tie_break_reason CHECK (reason <> ''),
        decided_by_id BIGINT NOT NULL CONSTRAINT fk_tie_break_decided_by_id REFERENCES user_account (id),
        decided_at TIMESTAMPTZ NOT NULL
    );
"""

GUARDS = """
    -- Whoever scores takes a share lock on the tender, whoever freezes takes it whole: no score slips in beside.
    CREATE FUNCTION keep_scores() RETURNS trigger LANGUAGE plpgsql AS $$
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
            IF t.opened_at IS NULL OR t.scores_frozen_at IS NOT NULL THEN
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
    CREATE TRIGGER keep_score BEFORE INSERT OR UPDATE OR DELETE ON score
        FOR EACH ROW EXECUTE FUNCTION keep_scores();
    CREATE TRIGGER keep_consensus_score BEFORE INSERT OR UPDATE OR DELETE ON consensus_score
        FOR EACH ROW EXECUTE FUNCTION keep_scores();
    CREATE TRIGGER keep_disqualification BEFORE INSERT OR UPDATE OR DELETE ON disqualification
        FOR EACH ROW EXECUTE FUNCTION keep_scores();

    CREATE FUNCTION refuse_evaluation_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% of % is refused: what a panel did stays', TG_OP, TG_TABLE_NAME USING ERRCODE = 'CW015';
    END $$;
    CREATE TRIGGER keep_evaluation BEFORE UPDATE OR DELETE ON evaluation
        FOR EACH ROW EXECUTE FUNCTION refuse_evaluation_change();
    CREATE TRIGGER keep_tie_break BEFORE UPDATE OR DELETE ON tie_break
        FOR EACH ROW EXECUTE FUNCTION refuse_evaluation_change();
    CREATE TRIGGER keep_panel_member BEFORE DELETE ON panel_member
        FOR EACH ROW EXECUTE FUNCTION refuse_evaluation_change();
    CREATE TRIGGER keep_panel_declaration BEFORE UPDATE ON panel_member FOR EACH ROW
        WHEN (OLD.tender_id <> NEW.tender_id OR OLD.user_id <> NEW.user_id
            OR (OLD.conflict AND NEW.conflict IS DISTINCT FROM true)
            OR (OLD.released_at IS NOT NULL AND NEW.released_at IS DISTINCT FROM OLD.released_at))
        EXECUTE FUNCTION refuse_evaluation_change();
"""


def upgrade() -> None:
    """Make the tables and their guards."""
    op.execute(TABLES)
    op.execute(GUARDS)


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP TABLE tie_break, evaluation, disqualification, consensus_score, score, panel_member;
        DROP FUNCTION refuse_evaluation_change(), keep_scores();
    """)
