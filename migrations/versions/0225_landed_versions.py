"""Two versions of a figure are also compared by what suppliers declared and what of it landed."""

from alembic import op

revision = "0225_landed_versions"
down_revision = "0244_grievances"
branch_labels = None
depends_on = None

_BEFORE = """
        CREATE OR REPLACE FUNCTION figure_sums(said JSONB)
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
"""

_LANDED = """
            UNION ALL
            SELECT jsonb_build_object('anchor', r ->> 'anchor', 'declared', part),
                sum((r ->> 'declared_up')::numeric), sum((r ->> 'declared_down')::numeric),
                sum((r ->> 'suppliers')::bigint)::bigint
                FROM jsonb_array_elements(said -> 'landed') AS r, unnest(ARRAY[r ->> 'class', '']) AS part
                GROUP BY r ->> 'anchor', part
            UNION ALL
            SELECT jsonb_build_object('anchor', r ->> 'anchor', 'landed', part), sum((r ->> 'landed')::numeric), 0,
                sum((r ->> 'suppliers')::bigint)::bigint
                FROM jsonb_array_elements(said -> 'landed') AS r, unnest(ARRAY[r ->> 'class', '']) AS part
                GROUP BY r ->> 'anchor', part
            UNION ALL
            SELECT DISTINCT jsonb_build_object('anchor', r ->> 'anchor', 'joined', r ->> 'class'), 1::numeric,
                0::numeric, 0::bigint
                FROM jsonb_array_elements(said -> 'landed') AS r, jsonb_array_elements(said -> 'landed') AS one
                WHERE one ->> 'anchor' = r ->> 'anchor' AND one ->> 'class' = '*'
"""

_PERSONS = """
        CREATE OR REPLACE FUNCTION figure_persons(of_period TEXT, since TIMESTAMPTZ) RETURNS SETOF TEXT
            LANGUAGE sql STABLE AS $$
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
                    WHERE found.supplier_id = line.supplier_id AND found.created_at > since){declared})
            GROUP BY buyer.public_id
            HAVING count(DISTINCT line.supplier_id) < 5 AND bool_or(supplier.natural_person OR EXISTS (
                SELECT FROM register_extract said
                WHERE said.kvk_number = supplier.register_number AND said.natural_person))
        $$;
"""

_DECLARED = """ OR EXISTS (
                    SELECT FROM landing_declaration told JOIN landing_check found ON found.declaration_id = told.id
                    WHERE told.supplier_id = line.supplier_id AND found.at > since)"""


def upgrade() -> None:
    """Ask why it cannot wait also where one declaration follows from two versions, and hide those of sole traders."""
    op.execute(_BEFORE + _LANDED + "        $$;")
    op.execute(_PERSONS.format(declared=_DECLARED))


def downgrade() -> None:
    """Compare groups and what is excluded alone."""
    op.execute(_BEFORE + "        $$;")
    op.execute(_PERSONS.format(declared=""))
