"""What an amount replaced: the one that counted before it, also where that had replaced another or was several lines."""

from alembic import op

revision = "0189_replaced_in_turn"
down_revision = "0188_clash_by_two"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of one invoice the lines of the file that replaced it last before this one, else those it had at first."""
    op.execute("""
        CREATE FUNCTION spend_replaced(waited bigint) RETURNS TABLE (id bigint, root_id bigint)
        LANGUAGE sql STABLE AS $$
            WITH said AS (
                SELECT line.same_as_id, line.import_id, decision.id AS decision_id
                FROM spend_line line JOIN spend_decision decision ON decision.line_id = line.id
                WHERE line.id = waited AND decision.replaces
            ), before AS (
                SELECT other.import_id, said.same_as_id
                FROM said JOIN spend_line other ON other.same_as_id = said.same_as_id
                    AND other.import_id <> said.import_id
                JOIN spend_decision decision ON decision.line_id = other.id AND decision.replaces
                    AND decision.id < said.decision_id
                WHERE NOT EXISTS (SELECT FROM spend_undo gone WHERE gone.import_id = other.import_id)
                ORDER BY decision.id DESC LIMIT 1
            )
            SELECT line.id, before.same_as_id FROM before JOIN spend_line line
                ON line.same_as_id = before.same_as_id AND line.import_id = before.import_id
            UNION
            SELECT said.same_as_id, said.same_as_id FROM said WHERE NOT EXISTS (SELECT FROM before)
            UNION
            SELECT merged::bigint, said.same_as_id FROM said JOIN spend_import made ON made.id = said.import_id
            CROSS JOIN jsonb_array_elements_text(made.findings #> ARRAY['merged', said.same_as_id::text]) merged
            WHERE NOT EXISTS (SELECT FROM before)
        $$
    """)


def downgrade() -> None:
    """Drop the function; lines stay."""
    op.execute("DROP FUNCTION spend_replaced(bigint)")
