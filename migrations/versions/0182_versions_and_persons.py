"""A new version of a figure that would show what one sole trader was paid is not signed."""

from alembic import op

revision = "0182_versions_and_persons"
down_revision = "0187_refused_uploads"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tell which buyers' changes are of fewer than five suppliers with a person among them, and refuse these."""
    op.execute("""
        CREATE FUNCTION figure_persons(of_period TEXT, since TIMESTAMPTZ) RETURNS SETOF TEXT LANGUAGE sql STABLE AS $$
            WITH span AS (
                SELECT make_date(left(of_period, 4)::int,
                    CASE WHEN of_period LIKE '____-Q_' THEN right(of_period, 1)::int * 3 - 2 ELSE 1 END, 1) AS first,
                    CASE WHEN of_period LIKE '____-Q_' THEN interval '3 months' ELSE interval '1 year' END AS long
            )
            SELECT buyer.public_id::text
            FROM span, spend_line line
            JOIN supplier ON supplier.id = line.supplier_id
            JOIN party buyer ON buyer.id = line.anchor_id
            WHERE line.period_on >= span.first AND line.period_on < span.first + span.long
                AND (line.recorded_at > since OR EXISTS (
                    SELECT FROM supplier_evidence found
                    WHERE found.supplier_id = line.supplier_id AND found.created_at > since))
            GROUP BY buyer.public_id
            HAVING count(DISTINCT line.supplier_id) < 5 AND bool_or(supplier.natural_person OR EXISTS (
                SELECT FROM register_extract said
                WHERE said.kvk_number = supplier.register_number AND said.natural_person))
        $$;
        CREATE FUNCTION publication_hides_persons() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.version > 1 AND EXISTS (
                SELECT FROM (SELECT s.* FROM spend_publication p JOIN spend_preparation q ON q.id = p.preparation_id,
                        figure_sums(q.document::jsonb) AS s
                        WHERE p.period = NEW.period AND p.version = NEW.version - 1) AS was
                    FULL JOIN (SELECT s.* FROM spend_preparation q, figure_sums(q.document::jsonb) AS s
                        WHERE q.id = NEW.preparation_id) AS now USING (key)
                WHERE (coalesce(was.up, 0), coalesce(was.down, 0)) <> (coalesce(now.up, 0), coalesce(now.down, 0))
                    AND abs(coalesce(now.many, 0) - coalesce(was.many, 0)) < 5
                    AND coalesce(key ->> 'anchor', key ->> 'all', key ->> 'of') IN (
                        SELECT figure_persons(NEW.period, (SELECT q.at
                            FROM spend_publication p JOIN spend_preparation q ON q.id = p.preparation_id
                            WHERE p.period = NEW.period AND p.version = NEW.version - 1)))) THEN
                RAISE EXCEPTION 'a version that shows what a sole trader was paid waits' USING ERRCODE = 'CW033';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER publication_waits_for_persons BEFORE INSERT ON spend_publication
            FOR EACH ROW EXECUTE FUNCTION publication_hides_persons();
    """)


def downgrade() -> None:
    """Refuse none of them."""
    op.execute("""
        DROP TRIGGER publication_waits_for_persons ON spend_publication;
        DROP FUNCTION publication_hides_persons, figure_persons;
    """)
