"""Spend by the million: a slim line, sums per quarter, files taken back, exports kept.

The SQL stands in a file of its own beside the migrations, so that it can be read as SQL.
"""

from pathlib import Path

from alembic import op

revision = "0100_spend_bulk"
down_revision = "0098_on_order"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql" / "0100_spend_bulk.sql"


def upgrade() -> None:
    """Make lines slim; sum up what is there."""
    op.execute(SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take the sums away. A line keeps the first half of its old identity, which is enough to come back."""
    op.execute("""
        DROP TABLE spend_export, spend_undo, spend_change, spend_rollup;
        DROP TRIGGER supplier_named_in_spend ON supplier;
        DROP TRIGGER organisation_named_in_spend ON organisation;
        DROP TRIGGER spend_line_named ON spend_line;
        DROP FUNCTION keep_named_in_spend();
        DROP FUNCTION check_spend_lines();
        DROP INDEX uq_spend_line_identity, uq_spend_line_replaces, uq_spend_line_invoice, ix_spend_line_document,
            ix_spend_line_import_id, ix_spend_line_period, ix_spend_line_anchor_id;
        ALTER TABLE spend_line
            ALTER COLUMN identity TYPE text USING replace(identity::text, '-', ''),
            ADD CONSTRAINT fk_spend_line_anchor_id FOREIGN KEY (anchor_id) REFERENCES organisation (id),
            ADD CONSTRAINT fk_spend_line_supplier_id FOREIGN KEY (supplier_id) REFERENCES supplier (id),
            ADD CONSTRAINT fk_spend_line_import_id FOREIGN KEY (import_id) REFERENCES spend_import (id);
        CREATE UNIQUE INDEX uq_spend_line_identity ON spend_line (anchor_id, identity, ordinal)
            WHERE kind IN ('booked', 'same', 'conflict');
        CREATE UNIQUE INDEX uq_spend_line_replaces ON spend_line (replaces_id, kind);
        CREATE UNIQUE INDEX uq_spend_line_invoice ON spend_line (invoice_id)
            WHERE kind IN ('booked', 'same', 'conflict');
        CREATE INDEX ix_spend_line_document ON spend_line (anchor_id, document_key);
        CREATE INDEX ix_spend_line_supplier_id ON spend_line (supplier_id);
        CREATE INDEX ix_spend_line_period ON spend_line (period_on, anchor_id)
            INCLUDE (id, supplier_id, net_amount, weight, category, exclusion, contract_reference, contract_starts_on,
                contract_ends_on)
            WHERE weight <> 0;
    """)
