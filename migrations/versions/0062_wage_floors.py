"""The wage floor of a tender: kept once published, and the freeze waits for the question about a bid below it."""

from alembic import op

revision = "0062_wage_floors"
down_revision = "0071_alliance_board"
branch_labels = None
depends_on = None

TABLE = """
    CREATE TABLE tender_wage (
        tender_id BIGINT NOT NULL CONSTRAINT fk_tender_wage_tender_id REFERENCES tender (id)
            CONSTRAINT pk_tender_wage PRIMARY KEY,
        floor_minor BIGINT NOT NULL,
        minimum_minor BIGINT NOT NULL,
        factor NUMERIC NOT NULL CONSTRAINT ck_tender_wage_factor CHECK (factor BETWEEN 1 AND 3),
        cao TEXT NOT NULL,
        cao_from DATE,
        cao_until DATE,
        set_by_id BIGINT NOT NULL CONSTRAINT fk_tender_wage_set_by_id REFERENCES user_account (id),
        set_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT ck_tender_wage_floor CHECK (floor_minor BETWEEN minimum_minor AND 10000),
        CONSTRAINT ck_tender_wage_cao CHECK ((cao = '') = (cao_from IS NULL) AND (cao = '') = (cao_until IS NULL)
            AND (cao = '' OR cao_until >= cao_from))
    );

    CREATE FUNCTION keep_tender_wage() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM tender t WHERE t.id IN (OLD.tender_id, NEW.tender_id) AND t.published_at IS NOT NULL) THEN
            RAISE EXCEPTION 'the tender is published: its wage floor stays' USING ERRCODE = 'CW062';
        END IF;
        RETURN COALESCE(NEW, OLD);
    END $$;
    CREATE TRIGGER keep_tender_wage BEFORE INSERT OR UPDATE OR DELETE ON tender_wage
        FOR EACH ROW EXECUTE FUNCTION keep_tender_wage();
"""

# The same sums as `procurement.wage_floors.rules.sums`, on what was opened. Exact: NUMERIC.
FREEZE = """
    CREATE FUNCTION labour_below(labour JSONB, price BIGINT, hour NUMERIC) RETURNS boolean IMMUTABLE LANGUAGE sql AS $$
        SELECT COALESCE((labour->>'minor')::numeric, 0) < COALESCE((labour->>'hours')::numeric, 0) * hour
            OR COALESCE((labour->>'fee_minor')::numeric, 0) < COALESCE((labour->>'fee_hours')::numeric, 0) * hour
            OR price < (COALESCE((labour->>'hours')::numeric, 0) + COALESCE((labour->>'fee_hours')::numeric, 0)) * hour
    $$;

    CREATE FUNCTION freeze_asked_floor() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM tender_wage w JOIN opened_bid b ON b.tender_id = w.tender_id
            WHERE w.tender_id = NEW.id AND b.fault IS NULL
            AND labour_below(b.content->'labour', b.price_minor, w.floor_minor * w.factor)
            AND NOT EXISTS (SELECT FROM low_bid_question q WHERE q.opened_bid_id = b.id)
            AND NOT EXISTS (SELECT FROM disqualification d WHERE d.opened_bid_id = b.id)
            AND NOT EXISTS (SELECT FROM lot_stop s WHERE s.lot_id = b.lot_id)
        ) THEN
            RAISE EXCEPTION 'tender %: a bid below the wage floor was not asked', NEW.number USING ERRCODE = 'CW062';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER freeze_asked_floor BEFORE UPDATE ON tender FOR EACH ROW
        WHEN (OLD.scores_frozen_at IS NULL AND NEW.scores_frozen_at IS NOT NULL) EXECUTE FUNCTION freeze_asked_floor();
"""


def upgrade() -> None:
    """Make the table and its fences."""
    op.execute(TABLE)
    op.execute(FREEZE)


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP TRIGGER freeze_asked_floor ON tender;
        DROP TABLE tender_wage;
        DROP FUNCTION freeze_asked_floor(), labour_below(jsonb, bigint, numeric), keep_tender_wage();
    """)
