"""A framework with several suppliers is awarded to the best of them, and what its orders change to counts."""

from alembic import op

revision = "0033_frameworks"
down_revision = "0031_lessons"
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


def upgrade() -> None:
    """Add several winners of a framework."""
    op.execute(SEVERAL)


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP TRIGGER party_has_won ON framework_party;
        DROP TRIGGER award_within_parties ON lot_award;
        DROP FUNCTION party_has_won(), award_within_parties();
        ALTER TABLE lot_award DROP COLUMN also_won;
        ALTER TABLE tender DROP COLUMN framework_parties;
    """)
