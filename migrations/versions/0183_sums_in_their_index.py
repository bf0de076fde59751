"""The sums of a quarter are read from their index alone: what a list of lines comes to, and of whom it is."""

from alembic import op

revision = "0183_sums_in_their_index"
down_revision = "0189_replaced_in_turn"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index of the quarters hold what lists are narrowed by and what they add up."""
    op.execute("""
        DROP INDEX ix_spend_rollup_quarter_on;
        CREATE INDEX ix_spend_rollup_quarter_on ON spend_rollup (quarter_on, anchor_id)
            INCLUDE (supplier_id, category, exclusion, standing, wijk, weight, net_amount);
    """)


def downgrade() -> None:
    """Hold the keys alone."""
    op.execute("""
        DROP INDEX ix_spend_rollup_quarter_on;
        CREATE INDEX ix_spend_rollup_quarter_on ON spend_rollup (quarter_on, anchor_id);
    """)
