"""A framework with several suppliers is awarded to the best of them, and what changes add to it counts;
and the end of a contract made elsewhere is told of."""

from alembic import op

revision = "0033_frameworks"
down_revision = "0032_stops"
branch_labels = None
depends_on = None

SEVERAL = """
    ALTER TABLE tender
        ADD COLUMN framework_parties BIGINT,
        ADD CONSTRAINT ck_tender_framework_parties CHECK (framework_parties BETWEEN 2 AND 100
            AND framework = 'parallel' OR framework_parties IS NULL);
    ALTER TABLE lot_award
        ADD COLUMN also_won JSONB NOT NULL DEFAULT '[]',
        ADD CONSTRAINT ck_lot_award_also_won CHECK (winner_bid_id IS NOT NULL OR also_won = '[]');
    ALTER TABLE lot_award ALTER COLUMN also_won DROP DEFAULT;

    -- No more winners of a lot than the tender said.
    CREATE FUNCTION award_within_parties() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        most bigint;
    BEGIN
        SELECT COALESCE(t.framework_parties, 1) INTO most FROM lot l JOIN tender t ON t.id = l.tender_id
            WHERE l.id = NEW.lot_id;
        IF jsonb_array_length(NEW.also_won) >= most THEN
            RAISE EXCEPTION 'lot %: more winners than the tender said', NEW.lot_id USING ERRCODE = 'CW033';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER award_within_parties BEFORE INSERT OR UPDATE ON lot_award
        FOR EACH ROW EXECUTE FUNCTION award_within_parties();

    -- Who takes part in such a framework won it.
    CREATE FUNCTION party_has_won() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        most bigint;
    BEGIN
        SELECT t.framework_parties INTO most FROM contract c JOIN tender t ON t.id = c.tender_id
            WHERE c.id = NEW.contract_id;
        IF most IS NOT NULL AND NOT EXISTS (
            SELECT FROM contract c JOIN lot_award a ON a.decision_id = c.decision_id AND a.lot_id = c.lot_id
                JOIN opened_bid b ON b.lot_id = c.lot_id AND (b.id = a.winner_bid_id OR a.also_won ? b.label)
            WHERE c.id = NEW.contract_id AND b.organisation_id = NEW.supplier_id) THEN
            RAISE EXCEPTION 'contract %: this supplier did not win the framework', NEW.contract_id
                USING ERRCODE = 'CW033';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER party_has_won BEFORE INSERT ON framework_party
        FOR EACH ROW EXECUTE FUNCTION party_has_won();
"""

CHANGED = """
    -- What changes in force added counts too: of the framework's own contracts, and of those its competitions led to.
    -- The price of a framework contract is no order, so less of it gives no room.
    CREATE OR REPLACE FUNCTION framework_taken(of_tender bigint, leaving_out bigint) RETURNS numeric
    LANGUAGE sql STABLE AS $$
        SELECT (SELECT COALESCE(sum(c.amount_minor), 0) FROM call_off c LEFT JOIN tender t ON t.id = c.competition_id
            WHERE c.tender_id = of_tender AND c.id IS DISTINCT FROM leaving_out
                AND c.state IN ('offered', 'accepted', 'competing', 'awarded')
                AND NOT (c.state = 'competing'
                    AND (t.cancelled_at IS NOT NULL OR t.unsuccessful_at IS NOT NULL)))
            + (SELECT COALESCE(sum(d.delta_minor), 0) FROM contract_change d
                JOIN call_off c ON c.result_id = d.contract_id
                WHERE d.effective_at IS NOT NULL AND c.tender_id = of_tender)
            + (SELECT COALESCE(sum(GREATEST(own.added, 0)), 0) FROM (
                SELECT sum(d.delta_minor) AS added FROM contract_change d
                JOIN contract k ON k.id = d.contract_id JOIN tender t ON t.id = k.tender_id
                WHERE d.effective_at IS NOT NULL AND k.tender_id = of_tender AND t.framework IS NOT NULL
                GROUP BY k.id) own)
    $$;

    CREATE FUNCTION change_within_framework() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        under bigint;
        most bigint;
    BEGIN
        IF NEW.effective_at IS NULL OR NEW.delta_minor <= 0
            OR TG_OP = 'UPDATE' AND OLD.effective_at IS NOT NULL THEN
            RETURN NEW;
        END IF;
        SELECT COALESCE((SELECT c.tender_id FROM call_off c WHERE c.result_id = k.id), k.tender_id) INTO under
            FROM contract k WHERE k.id = NEW.contract_id;
        SELECT framework_max_minor INTO most FROM tender WHERE id = under FOR UPDATE;
        IF most IS NOT NULL AND framework_taken(under, NULL) + NEW.delta_minor > most THEN
            RAISE EXCEPTION 'change of contract %: beyond the maximum of the framework', NEW.contract_id
                USING ERRCODE = 'CW033';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER change_within_framework BEFORE INSERT OR UPDATE ON contract_change
        FOR EACH ROW EXECUTE FUNCTION change_within_framework();
"""

ENDINGS = """
    CREATE TABLE external_ending (
        external_id BIGINT NOT NULL CONSTRAINT fk_external_ending_external_id REFERENCES external_contract (id)
            CONSTRAINT pk_external_ending PRIMARY KEY,
        alerted_at TIMESTAMPTZ NOT NULL,
        need_id BIGINT CONSTRAINT fk_external_ending_need_id REFERENCES need (id),
        posted_at TIMESTAMPTZ,
        no_need_reason TEXT NOT NULL,
        CONSTRAINT ck_external_ending_posted CHECK ((posted_at IS NULL) = (need_id IS NULL AND no_need_reason = ''))
    );
"""

TAKEN_BEFORE = """
    CREATE OR REPLACE FUNCTION framework_taken(of_tender bigint, leaving_out bigint) RETURNS numeric
    LANGUAGE sql STABLE AS $$
        SELECT COALESCE(sum(c.amount_minor), 0) FROM call_off c LEFT JOIN tender t ON t.id = c.competition_id
        WHERE c.tender_id = of_tender AND c.id IS DISTINCT FROM leaving_out
            AND c.state IN ('offered', 'accepted', 'competing', 'awarded')
            AND NOT (c.state = 'competing' AND (t.cancelled_at IS NOT NULL OR t.unsuccessful_at IS NOT NULL))
    $$;
"""


def upgrade() -> None:
    """Add several winners of a framework, count changes, and keep who was told of an end."""
    op.execute(SEVERAL)
    op.execute(CHANGED)
    op.execute(ENDINGS)


def downgrade() -> None:
    """Take it away."""
    op.execute(TAKEN_BEFORE)
    op.execute("""
        DROP TABLE external_ending;
        DROP TRIGGER change_within_framework ON contract_change;
        DROP FUNCTION change_within_framework();
        DROP TRIGGER party_has_won ON framework_party;
        DROP TRIGGER award_within_parties ON lot_award;
        DROP FUNCTION party_has_won(), award_within_parties();
        ALTER TABLE lot_award DROP COLUMN also_won;
        ALTER TABLE tender DROP COLUMN framework_parties;
    """)
