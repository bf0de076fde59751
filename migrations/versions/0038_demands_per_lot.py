"""Demands of one lot, the ceiling of turnover held by the database, demands lowered after publication, earlier jobs."""

from alembic import op

revision = "0038_demands_per_lot"
down_revision = "0030_demands"
branch_labels = None
depends_on = None

# `ceiling_times` is written from the dated table of the law with each demand of turnover; the database multiplies.
LOTS = """
    ALTER TABLE selection_demand
        ADD COLUMN lot_id BIGINT,
        ADD COLUMN ceiling_times BIGINT,
        ADD COLUMN asked BOOLEAN NOT NULL DEFAULT true,
        ADD CONSTRAINT fk_selection_demand_tender_id_lot_id FOREIGN KEY (tender_id, lot_id)
            REFERENCES lot (tender_id, id) ON DELETE CASCADE;
    ALTER TABLE selection_demand ALTER COLUMN asked DROP DEFAULT;
    ALTER TABLE selection_demand DISABLE TRIGGER keep_selection_demand;
    UPDATE selection_demand SET ceiling_times = 3 WHERE kind = 'turnover'; -- the table of 2026-01-01
    ALTER TABLE selection_demand ENABLE TRIGGER keep_selection_demand;
    ALTER TABLE selection_demand
        ADD CONSTRAINT ck_selection_demand_ceiling CHECK ((kind = 'turnover') = (ceiling_times IS NOT NULL)),
        ADD CONSTRAINT ck_selection_demand_ceiling_times CHECK (ceiling_times > 0);
"""

# Aw 2012, art. 2.90: no more turnover than so many times the estimate of the lot, or of the smallest one.
CEILING = """
    CREATE FUNCTION check_turnover(which bigint) RETURNS void LANGUAGE plpgsql STABLE AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM selection_demand d
            CROSS JOIN LATERAL (
                SELECT min(CASE WHEN (SELECT count(*) FROM lot o WHERE o.tender_id = t.id) > 1
                    THEN l.value_minor ELSE t.value_minor END) AS value
                FROM tender t JOIN lot l ON l.tender_id = t.id
                WHERE t.id = d.tender_id AND l.id = coalesce(d.lot_id, l.id)
            ) v
            WHERE d.tender_id = which AND d.minimum_minor > d.ceiling_times * v.value
        ) THEN
            RAISE EXCEPTION 'tender with key %: a turnover above the ceiling', which USING ERRCODE = 'check_violation';
        END IF;
    END $$;
    CREATE FUNCTION keep_turnover() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM check_turnover(CASE WHEN TG_TABLE_NAME = 'tender' THEN (to_jsonb(NEW) ->> 'id')::bigint
            ELSE (to_jsonb(NEW) ->> 'tender_id')::bigint END);
        RETURN NULL;
    END $$;
    CREATE TRIGGER keep_turnover AFTER INSERT OR UPDATE ON selection_demand FOR EACH ROW
        WHEN (NEW.kind = 'turnover') EXECUTE FUNCTION keep_turnover();
    CREATE TRIGGER publish_turnover AFTER UPDATE ON tender FOR EACH ROW
        WHEN (NEW.published_at IS NOT NULL AND (OLD.published_at IS NULL OR NEW.value_minor <> OLD.value_minor))
        EXECUTE FUNCTION keep_turnover();
"""


def upgrade() -> None:
    """Make the columns, tables and fences."""
    op.execute(LOTS)
    op.execute(CEILING)


def downgrade() -> None:
    """Take them away."""
    op.execute("""
        DROP TRIGGER publish_turnover ON tender;
        DROP TRIGGER keep_turnover ON selection_demand;
        DROP FUNCTION keep_turnover;
        DROP FUNCTION check_turnover;
        ALTER TABLE selection_demand DROP COLUMN lot_id, DROP COLUMN ceiling_times, DROP COLUMN asked;
    """)
