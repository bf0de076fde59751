"""A new version of a figure that shows fewer than five suppliers says in public why it could not wait."""

from alembic import op

revision = "0181_narrow_versions"
down_revision = "0232_recovery"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Ask it of what is signed from now on; versions that stand keep what they say."""
    op.execute("""
        ALTER TABLE spend_publication ADD COLUMN narrow_reason TEXT NOT NULL DEFAULT '';
        ALTER TABLE spend_publication ALTER COLUMN narrow_reason DROP DEFAULT;
        CREATE FUNCTION figure_sums(said JSONB)
            RETURNS TABLE (key JSONB, up NUMERIC, down NUMERIC, many BIGINT) LANGUAGE sql IMMUTABLE AS $$
            SELECT r - '{suppliers,lines,up,down}'::text[], (r ->> 'up')::numeric, (r ->> 'down')::numeric,
                (r ->> 'suppliers')::bigint FROM jsonb_array_elements(said -> 'rows') AS r
            UNION ALL
            SELECT jsonb_build_object('all', r ->> 'anchor'), sum((r ->> 'up')::numeric), sum((r ->> 'down')::numeric),
                sum((r ->> 'suppliers')::bigint)::bigint FROM jsonb_array_elements(said -> 'rows') AS r
                GROUP BY r ->> 'anchor'
            UNION ALL
            SELECT jsonb_build_object('of', r ->> 'anchor', 'code', r ->> 'code'), (r ->> 'amount')::numeric, 0,
                (r ->> 'lines')::bigint FROM jsonb_array_elements(said -> 'excluded') AS r
        $$;
        CREATE FUNCTION publication_tells_why() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.narrow_reason = '' AND EXISTS (
                SELECT FROM (SELECT s.* FROM spend_publication p JOIN spend_preparation q ON q.id = p.preparation_id,
                        figure_sums(q.document::jsonb) AS s
                        WHERE p.period = NEW.period AND p.version = NEW.version - 1) AS was
                    FULL JOIN (SELECT s.* FROM spend_preparation q, figure_sums(q.document::jsonb) AS s
                        WHERE q.id = NEW.preparation_id) AS now USING (key)
                WHERE NEW.version > 1
                    AND (coalesce(was.up, 0), coalesce(was.down, 0)) <> (coalesce(now.up, 0), coalesce(now.down, 0))
                    AND abs(coalesce(now.many, 0) - coalesce(was.many, 0)) < 5) THEN
                RAISE EXCEPTION 'a version that shows a few suppliers says why it cannot wait' USING ERRCODE = 'CW033';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER publication_tells_why BEFORE INSERT ON spend_publication
            FOR EACH ROW EXECUTE FUNCTION publication_tells_why();
    """)


def downgrade() -> None:
    """No more is asked."""
    op.execute("""
        DROP TRIGGER publication_tells_why ON spend_publication;
        DROP FUNCTION publication_tells_why, figure_sums;
        ALTER TABLE spend_publication DROP COLUMN narrow_reason;
    """)
