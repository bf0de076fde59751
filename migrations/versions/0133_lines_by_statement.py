"""A line of spend costs less to store: who and what it names is looked at once per statement, codes without patterns."""

from alembic import op

revision = "0133_lines_by_statement"
down_revision = "0180_why_undone"
branch_labels = None
depends_on = None

_NAMED = """
    CREATE OR REPLACE FUNCTION check_spend_lines() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM (SELECT DISTINCT anchor_id, supplier_id FROM fresh) line
            WHERE NOT EXISTS (SELECT FROM organisation WHERE id = line.anchor_id)
                OR NOT EXISTS (SELECT FROM supplier WHERE id = line.supplier_id)
        ) OR EXISTS (
            SELECT FROM fresh line WHERE num_nonnulls({names}) > 0 AND ({gone})
        ) THEN
            RAISE EXCEPTION 'a line of spend names somebody who is not there'
                USING ERRCODE = 'foreign_key_violation';
        END IF;
        RETURN NULL;
    END $$;
"""
_LINES = {"replaces_id": "spend_line", "same_as_id": "spend_line"}
_OTHERS = {"coded_by_id": "user_account", "actor_id": "user_account", "invoice_id": "invoice"}
_KEPT = """
    CREATE OR REPLACE FUNCTION keep_named_in_spend() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_TABLE_NAME = 'supplier' AND EXISTS (SELECT FROM spend_line WHERE supplier_id = OLD.id)
            OR TG_TABLE_NAME = 'organisation' AND EXISTS (SELECT FROM spend_line WHERE anchor_id = OLD.id) {more} THEN
            RAISE EXCEPTION 'lines of spend name it' USING ERRCODE = 'foreign_key_violation';
        END IF;
        RETURN OLD;
    END $$;
"""


def _named(names: dict[str, str]) -> str:
    gone = " OR ".join(
        f"line.{name} IS NOT NULL AND NOT EXISTS (SELECT FROM {table} WHERE id = line.{name})"
        for name, table in names.items()
    )
    return _NAMED.format(names=", ".join(names), gone=gone)


def upgrade() -> None:
    """What a foreign key asked of each line, a statement is asked once; and nothing that lines name can be deleted."""
    op.execute(_named(_LINES | _OTHERS))
    op.execute(
        _KEPT.format(
            more="""
            OR TG_TABLE_NAME = 'invoice' AND EXISTS (
                SELECT FROM spend_line WHERE invoice_id = OLD.id AND kind IN ('booked', 'same', 'conflict'))
            OR TG_TABLE_NAME = 'user_account' AND EXISTS (
                SELECT FROM spend_line WHERE coded_by_id = OLD.id OR actor_id = OLD.id)
            """
        )
    )
    op.execute("""
        ALTER TABLE spend_line
            DROP CONSTRAINT fk_spend_line_coded_by_id, DROP CONSTRAINT fk_spend_line_actor_id,
            DROP CONSTRAINT fk_spend_line_invoice_id,
            DROP CONSTRAINT ck_spend_line_cpv, DROP CONSTRAINT ck_spend_line_exclusion,
            ADD CONSTRAINT ck_spend_line_cpv CHECK (length(cpv) = 8 AND ltrim(cpv, '0123456789') = ''),
            ADD CONSTRAINT ck_spend_line_exclusion
                CHECK (exclusion IN ('X1', 'X2', 'X3', 'X4', 'X5', 'X6', 'X7'));
        CREATE TRIGGER invoice_named_in_spend BEFORE DELETE ON invoice
            FOR EACH ROW EXECUTE FUNCTION keep_named_in_spend();
        CREATE TRIGGER user_account_named_in_spend BEFORE DELETE ON user_account
            FOR EACH ROW EXECUTE FUNCTION keep_named_in_spend();
    """)


def downgrade() -> None:
    """Back to foreign keys and patterns."""
    op.execute("""
        DROP TRIGGER invoice_named_in_spend ON invoice;
        DROP TRIGGER user_account_named_in_spend ON user_account;
        ALTER TABLE spend_line
            DROP CONSTRAINT ck_spend_line_cpv, DROP CONSTRAINT ck_spend_line_exclusion,
            ADD CONSTRAINT ck_spend_line_cpv CHECK (cpv ~ '^[0-9]{8}$'),
            ADD CONSTRAINT ck_spend_line_exclusion CHECK (exclusion ~ '^X[1-7]$'),
            ADD CONSTRAINT fk_spend_line_coded_by_id FOREIGN KEY (coded_by_id) REFERENCES user_account (id),
            ADD CONSTRAINT fk_spend_line_actor_id FOREIGN KEY (actor_id) REFERENCES user_account (id),
            ADD CONSTRAINT fk_spend_line_invoice_id FOREIGN KEY (invoice_id) REFERENCES invoice (id);
    """)
    op.execute(_KEPT.format(more=""))
    op.execute(_named(_LINES))
