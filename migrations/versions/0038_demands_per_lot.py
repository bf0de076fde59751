"""Demands of one lot, the ceiling of turnover held by the database, demands lowered after publication, earlier jobs."""

from alembic import op

revision = "0038_demands_per_lot"
down_revision = "0037_repairs"
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

# A published demand is only lowered, and only as an amendment of the same version says, from old to new.
LOWERED = """
    CREATE FUNCTION is_lowered_demand(was jsonb, becomes jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT was - ARRAY['minimum_minor', 'number', 'asked', 'deviates']
                = becomes - ARRAY['minimum_minor', 'number', 'asked', 'deviates']
            AND becomes -> 'deviates' <@ (was -> 'deviates') AND (was ->> 'asked')::boolean
            AND coalesce((becomes ->> 'minimum_minor')::bigint <= (was ->> 'minimum_minor')::bigint,
                was -> 'minimum_minor' = becomes -> 'minimum_minor')
            AND (becomes ->> 'number')::bigint <= (was ->> 'number')::bigint
            AND NOT EXISTS (
                SELECT FROM unnest(ARRAY['minimum_minor', 'number', 'asked']) AS part
                WHERE was -> part <> becomes -> part AND NOT EXISTS (
                    SELECT FROM tender t -- the version goes up in the same transaction, before or after
                    JOIN amendment a ON a.tender_id = t.id AND a.version IN (t.version, t.version + 1)
                    WHERE t.id = (was ->> 'tender_id')::bigint AND a.substantial
                        AND a.fields -> format('demand:%s:%s', was ->> 'id', part)
                            = jsonb_build_object('old', was -> part, 'new', becomes -> part)))
    $$;
    CREATE FUNCTION keep_selection_demand() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM tender t WHERE t.published_at IS NOT NULL
                AND t.id IN (CASE WHEN TG_OP = 'INSERT' THEN NEW.tender_id ELSE OLD.tender_id END,
                             CASE WHEN TG_OP = 'DELETE' THEN OLD.tender_id ELSE NEW.tender_id END))
            AND NOT (TG_OP = 'UPDATE' AND is_lowered_demand(to_jsonb(OLD), to_jsonb(NEW))) THEN
            RAISE EXCEPTION 'what a published tender asks stays' USING ERRCODE = 'CW012';
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END $$;
    DROP TRIGGER keep_selection_demand ON selection_demand;
    CREATE TRIGGER keep_selection_demand BEFORE INSERT OR UPDATE OR DELETE ON selection_demand
        FOR EACH ROW EXECUTE FUNCTION keep_selection_demand();
"""

# As in 0021, but whichever of tender and criterion is written first: the amendment stands there before both.
CRITERIA = """
    CREATE OR REPLACE FUNCTION is_amended_criterion(was jsonb, becomes jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT was - 'description' = becomes - 'description' AND EXISTS (
            SELECT FROM lot l JOIN tender t ON t.id = l.tender_id
            JOIN amendment a ON a.tender_id = t.id AND a.version IN ({versions})
            CROSS JOIN LATERAL (SELECT a.fields
                -> format('criterion:%s:%s', l.number, was ->> 'code') AS change) f
            WHERE l.id = (was ->> 'lot_id')::bigint AND f.change ->> 'old' = was ->> 'description'
                AND f.change ->> 'new' = becomes ->> 'description')
    $$;
"""

JOBS = """
    CREATE TABLE earlier_job (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_earlier_job PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_earlier_job_public_id UNIQUE,
        organisation_id BIGINT NOT NULL CONSTRAINT fk_earlier_job_organisation_id REFERENCES organisation (id),
        title TEXT NOT NULL,
        client TEXT NOT NULL,
        value_minor BIGINT NOT NULL CONSTRAINT ck_earlier_job_value_minor CHECK (value_minor > 0),
        cpv TEXT NOT NULL CONSTRAINT ck_earlier_job_cpv CHECK (cpv ~ '^[0-9]{8}$'),
        starts_on DATE NOT NULL,
        ends_on DATE CONSTRAINT ck_earlier_job_term CHECK (ends_on > starts_on),
        place TEXT NOT NULL,
        contact TEXT NOT NULL,
        version BIGINT NOT NULL CONSTRAINT ck_earlier_job_version CHECK (version >= 1),
        saved_by_id BIGINT NOT NULL CONSTRAINT fk_earlier_job_saved_by_id REFERENCES user_account (id),
        saved_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT ck_earlier_job_told CHECK (title <> '' AND client <> '')
    );
    CREATE INDEX ix_earlier_job_organisation_id ON earlier_job (organisation_id);
"""


def upgrade() -> None:
    """Make the columns, tables and fences."""
    op.execute(LOTS)
    op.execute(CEILING)
    op.execute(LOWERED)
    op.execute(JOBS)
    op.execute(CRITERIA.format(versions="t.version, t.version + 1"))


def downgrade() -> None:
    """Take them away."""
    op.execute(CRITERIA.format(versions="t.version"))
    op.execute("""
        DROP TABLE earlier_job;
        DROP TRIGGER keep_selection_demand ON selection_demand;
        CREATE TRIGGER keep_selection_demand BEFORE INSERT OR UPDATE OR DELETE ON selection_demand
            FOR EACH ROW EXECUTE FUNCTION keep_statement_demand();
        DROP FUNCTION keep_selection_demand;
        DROP FUNCTION is_lowered_demand;
        DROP TRIGGER publish_turnover ON tender;
        DROP TRIGGER keep_turnover ON selection_demand;
        DROP FUNCTION keep_turnover;
        DROP FUNCTION check_turnover;
        ALTER TABLE selection_demand DROP COLUMN lot_id, DROP COLUMN ceiling_times, DROP COLUMN asked;
    """)
