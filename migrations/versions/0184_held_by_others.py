"""A line that a further file holds too goes only with the last file that holds it."""

from alembic import op

revision = "0184_held_by_others"
down_revision = "0177_numbers_bare"
branch_labels = None
depends_on = None

_REPLACED = """
    CREATE OR REPLACE FUNCTION spend_replaced(waited bigint) RETURNS TABLE (id bigint, root_id bigint)
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
                {held}
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
"""


def upgrade() -> None:
    """Of files that were booked before nothing is known: what they hold too is told by their names alone."""
    op.execute("""
        CREATE TABLE spend_repeat (
            import_id bigint NOT NULL,
            line_id bigint NOT NULL,
            row_number integer NOT NULL,
            CONSTRAINT pk_spend_repeat PRIMARY KEY (import_id, line_id),
            CONSTRAINT ck_spend_repeat_import_id CHECK (import_id >= 0),
            CONSTRAINT ck_spend_repeat_row_number CHECK (row_number >= 1)
        );
        CREATE INDEX ix_spend_repeat_line_id ON spend_repeat (line_id);
        CREATE TRIGGER spend_repeat_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON spend_repeat
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

        -- lines come by the ten thousand: what they name is looked at once per statement
        CREATE FUNCTION check_spend_repeats() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (
                SELECT FROM fresh LEFT JOIN spend_line line ON line.id = fresh.line_id
                WHERE line.id IS NULL OR line.kind NOT IN ('booked', 'same', 'conflict')
                    OR line.import_id = fresh.import_id
            ) THEN
                RAISE EXCEPTION 'a further file holds a line that is not there, or its own'
                    USING ERRCODE = 'foreign_key_violation';
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER spend_repeat_named AFTER INSERT ON spend_repeat
            REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION check_spend_repeats();

        CREATE FUNCTION spend_root(of_line bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
            WITH RECURSIVE up (id, replaces_id) AS (
                SELECT line.id, line.replaces_id FROM spend_line line WHERE line.id = of_line
                UNION ALL
                SELECT line.id, line.replaces_id FROM up JOIN spend_line line ON line.id = up.replaces_id
            )
            SELECT up.id FROM up WHERE up.replaces_id IS NULL
        $$;
    """)
    op.execute(
        _REPLACED.format(
            held="""OR EXISTS (
                SELECT FROM spend_repeat held WHERE held.line_id = other.id
                    AND NOT EXISTS (SELECT FROM spend_undo gone WHERE gone.import_id = held.import_id)
            )"""
        )
    )


def downgrade() -> None:
    """Each line belongs to the file that brought it first alone."""
    op.execute(_REPLACED.format(held=""))
    op.execute("""
        DROP TABLE spend_repeat;
        DROP FUNCTION check_spend_repeats();
        DROP FUNCTION spend_root(bigint);
    """)
