"""A wage floor after publication: only as an amendment says; a competition keeps that of its framework."""

from alembic import op

revision = "0081_wage_amended"
down_revision = "0074_own_bidder"
branch_labels = None
depends_on = None

# As for demands (0038): of the same version, from old to new; factor and framework stay.
AMENDED = """
    CREATE FUNCTION is_amended_wage(was jsonb, becomes jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT was - ARRAY['floor_minor', 'minimum_minor', 'cao', 'cao_from', 'cao_until', 'set_by_id', 'set_at']
                = becomes - ARRAY['floor_minor', 'minimum_minor', 'cao', 'cao_from', 'cao_until', 'set_by_id', 'set_at']
            AND EXISTS (
                SELECT FROM tender t -- the version goes up in the same transaction, before or after
                JOIN amendment a ON a.tender_id = t.id AND a.version IN (t.version, t.version + 1)
                WHERE t.id = (was ->> 'tender_id')::bigint AND a.substantial
                AND NOT EXISTS (
                    SELECT FROM unnest(ARRAY['floor_minor', 'cao', 'cao_from', 'cao_until']) AS part
                    WHERE was -> part <> becomes -> part
                        AND a.fields -> part IS DISTINCT FROM jsonb_build_object('old', was -> part, 'new', becomes -> part)))
    $$;
    CREATE OR REPLACE FUNCTION keep_tender_wage() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM tender t WHERE t.id IN (OLD.tender_id, NEW.tender_id) AND t.published_at IS NOT NULL)
            AND NOT (TG_OP = 'UPDATE' AND is_amended_wage(to_jsonb(OLD), to_jsonb(NEW))) THEN
            RAISE EXCEPTION 'the tender is published: its wage floor stays' USING ERRCODE = 'CW062';
        END IF;
        RETURN COALESCE(NEW, OLD);
    END $$;
"""

FRAMEWORK = """
    ALTER TABLE tender_wage ADD COLUMN least_minor BIGINT
        CONSTRAINT ck_tender_wage_least CHECK (floor_minor >= least_minor);

    CREATE FUNCTION competition_keeps_wage() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM call_off c JOIN tender_wage p ON p.tender_id = c.tender_id
            LEFT JOIN tender_wage w ON w.tender_id = NEW.id
            WHERE c.competition_id = NEW.id AND COALESCE(w.floor_minor, 0) < p.floor_minor
        ) THEN
            RAISE EXCEPTION 'competition %: below the wage floor of its framework', NEW.number USING ERRCODE = 'CW062';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER competition_keeps_wage BEFORE UPDATE ON tender FOR EACH ROW
        WHEN (OLD.published_at IS NULL AND NEW.published_at IS NOT NULL) EXECUTE FUNCTION competition_keeps_wage();
"""


def upgrade() -> None:
    """Let amendments through, and hold the framework's floor."""
    op.execute(AMENDED)
    op.execute(FRAMEWORK)


def downgrade() -> None:
    """A published floor stays again."""
    op.execute("""
        DROP TRIGGER competition_keeps_wage ON tender;
        DROP FUNCTION competition_keeps_wage();
        ALTER TABLE tender_wage DROP COLUMN least_minor;
        CREATE OR REPLACE FUNCTION keep_tender_wage() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (
                SELECT FROM tender t WHERE t.id IN (OLD.tender_id, NEW.tender_id) AND t.published_at IS NOT NULL
            ) THEN
                RAISE EXCEPTION 'the tender is published: its wage floor stays' USING ERRCODE = 'CW062';
            END IF;
            RETURN COALESCE(NEW, OLD);
        END $$;
        DROP FUNCTION is_amended_wage(jsonb, jsonb);
    """)
