"""A line is looked up by its day and amount too: so a purchase is found that comes again in other words."""

from alembic import op

revision = "0138_twins"
down_revision = "0133_lines_by_statement"
branch_labels = None
depends_on = None

_INDEX = """
    DROP INDEX uq_spend_line_identity;
    CREATE UNIQUE INDEX uq_spend_line_identity ON spend_line (anchor_id, invoice_on, {amount}identity, ordinal)
        NULLS NOT DISTINCT WHERE kind IN ('booked', 'same', 'conflict');
"""


def upgrade() -> None:
    """The amount is part of what the identity was made of: the same lines are unique as before, with no index more."""
    op.execute(_INDEX.format(amount="net_amount, "))


def downgrade() -> None:
    """Look them up by day alone."""
    op.execute(_INDEX.format(amount=""))
