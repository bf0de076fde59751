"""The panel's joint round: from then on nobody changes points given alone, and a changed consensus keeps what it was."""

from alembic import op

revision = "0045_joint_rounds"
down_revision = "0061_voices"
branch_labels = None
depends_on = None

TABLES = """
    CREATE TABLE joint_round (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_joint_round PRIMARY KEY,
        tender_id BIGINT NOT NULL CONSTRAINT uq_joint_round_tender_id UNIQUE
            CONSTRAINT fk_joint_round_tender_id REFERENCES tender (id),
        begun_by_id BIGINT NOT NULL CONSTRAINT fk_joint_round_begun_by_id REFERENCES user_account (id),
        begun_at TIMESTAMPTZ NOT NULL
    );
    -- What was agreed in the past began before this table.
    INSERT INTO joint_round (tender_id, begun_by_id, begun_at)
        SELECT DISTINCT ON (b.tender_id) b.tender_id, m.user_id, c.scored_at
            FROM consensus_score c JOIN opened_bid b ON b.id = c.opened_bid_id JOIN panel_member m ON m.id = c.member_id
            ORDER BY b.tender_id, c.scored_at;

    CREATE TABLE earlier_consensus (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_earlier_consensus PRIMARY KEY,
        opened_bid_id BIGINT NOT NULL CONSTRAINT fk_earlier_consensus_opened_bid_id REFERENCES opened_bid (id),
        criterion_id BIGINT NOT NULL CONSTRAINT fk_earlier_consensus_criterion_id REFERENCES criterion (id),
        member_id BIGINT NOT NULL CONSTRAINT fk_earlier_consensus_member_id REFERENCES panel_member (id),
        points NUMERIC(6, 2) NOT NULL,
        note TEXT NOT NULL,
        scored_at TIMESTAMPTZ NOT NULL
    );
    CREATE INDEX ix_earlier_consensus_opened_bid_id ON earlier_consensus (opened_bid_id);
"""

FENCES = """
    -- Whoever scores holds a share lock on the tender (keep_scores); the round takes it whole.
    CREATE FUNCTION begin_joint_round() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM FROM tender t WHERE t.id = NEW.tender_id AND t.opened_at IS NOT NULL AND t.scores_frozen_at IS NULL
            FOR UPDATE;
        IF NOT FOUND OR EXISTS (
            SELECT FROM opened_bid b JOIN criterion c ON c.lot_id = b.lot_id AND c.kind = 'quality'
                JOIN panel_member m ON m.tender_id = b.tender_id AND m.released_at IS NULL AND m.conflict IS NOT TRUE
                WHERE b.tender_id = NEW.tender_id AND b.fault IS NULL
                AND NOT EXISTS (SELECT FROM lot_stop l WHERE l.lot_id = b.lot_id)
                AND NOT EXISTS (SELECT FROM disqualification d WHERE d.opened_bid_id = b.id)
                AND NOT EXISTS (SELECT FROM score s WHERE s.opened_bid_id = b.id AND s.criterion_id = c.id
                    AND s.member_id = m.id)
        ) THEN
            RAISE EXCEPTION 'tender %: somebody has not scored alone yet', NEW.tender_id USING ERRCODE = 'CW015';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER begin_joint_round BEFORE INSERT ON joint_round
        FOR EACH ROW EXECUTE FUNCTION begin_joint_round();
    CREATE TRIGGER keep_joint_round BEFORE UPDATE OR DELETE ON joint_round
        FOR EACH ROW EXECUTE FUNCTION refuse_evaluation_change();
    CREATE TRIGGER joint_round_no_truncate BEFORE TRUNCATE ON joint_round EXECUTE FUNCTION refuse_change();

    -- Only who came into the panel later still scores alone, each cell once.
    CREATE FUNCTION keep_own_scores() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        begun timestamptz;
    BEGIN
        SELECT r.begun_at INTO begun FROM joint_round r JOIN opened_bid b ON b.tender_id = r.tender_id
            WHERE b.id = COALESCE(NEW.opened_bid_id, OLD.opened_bid_id);
        IF FOUND AND (TG_OP <> 'INSERT'
            OR NOT EXISTS (SELECT FROM panel_member m WHERE m.id = NEW.member_id AND m.invited_at > begun)) THEN
            RAISE EXCEPTION 'points given alone stay once the panel sees them' USING ERRCODE = 'CW015';
        END IF;
        RETURN COALESCE(NEW, OLD);
    END $$;
    CREATE TRIGGER keep_own_score BEFORE INSERT OR UPDATE OR DELETE ON score
        FOR EACH ROW EXECUTE FUNCTION keep_own_scores();

    CREATE FUNCTION agree_in_joint_round() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR NOT EXISTS (SELECT FROM joint_round r JOIN opened_bid b ON b.tender_id = r.tender_id
            WHERE b.id = NEW.opened_bid_id) THEN
            RAISE EXCEPTION 'a panel agrees in its joint round, and takes nothing out' USING ERRCODE = 'CW015';
        END IF;
        IF TG_OP = 'UPDATE' AND (OLD.points, OLD.note) IS DISTINCT FROM (NEW.points, NEW.note) THEN
            INSERT INTO earlier_consensus (opened_bid_id, criterion_id, member_id, points, note, scored_at)
                VALUES (OLD.opened_bid_id, OLD.criterion_id, OLD.member_id, OLD.points, OLD.note, OLD.scored_at);
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER agree_in_joint_round BEFORE INSERT OR UPDATE OR DELETE ON consensus_score
        FOR EACH ROW EXECUTE FUNCTION agree_in_joint_round();
    CREATE TRIGGER keep_earlier_consensus BEFORE UPDATE OR DELETE ON earlier_consensus
        FOR EACH ROW EXECUTE FUNCTION refuse_evaluation_change();
    CREATE TRIGGER earlier_consensus_no_truncate BEFORE TRUNCATE ON earlier_consensus
        EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    """Make the tables and what keeps them."""
    op.execute(TABLES)
    op.execute(FENCES)


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP TRIGGER keep_own_score ON score;
        DROP TRIGGER agree_in_joint_round ON consensus_score;
        DROP TABLE earlier_consensus, joint_round;
        DROP FUNCTION begin_joint_round(), keep_own_scores(), agree_in_joint_round();
    """)
