"""An anchor may say of one month that it bought nothing, so that a quarter with lines of the others is whole."""

from alembic import op

revision = "0140_nothing_in_a_month"
down_revision = "0198_worked_hours"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No month: the quarter as a whole, as before."""
    op.execute("""
        ALTER TABLE spend_nothing ADD COLUMN month_on DATE,
            ADD CONSTRAINT ck_spend_nothing_month_on CHECK (
                month_on = date_trunc('month', month_on::timestamp)::date
                AND quarter_on = date_trunc('quarter', month_on::timestamp)::date
            ),
            DROP CONSTRAINT uq_spend_nothing_anchor_id,
            ADD CONSTRAINT uq_spend_nothing_anchor_id UNIQUE NULLS NOT DISTINCT (anchor_id, quarter_on, month_on);
    """)


def downgrade() -> None:
    """What was said of months goes: without them a quarter would seem to be said of as a whole."""
    op.execute("""
        ALTER TABLE spend_nothing DISABLE TRIGGER spend_nothing_append_only;
        DELETE FROM spend_nothing WHERE month_on IS NOT NULL;
        ALTER TABLE spend_nothing ENABLE TRIGGER spend_nothing_append_only;
        ALTER TABLE spend_nothing DROP CONSTRAINT uq_spend_nothing_anchor_id,
            DROP CONSTRAINT ck_spend_nothing_month_on, DROP COLUMN month_on,
            ADD CONSTRAINT uq_spend_nothing_anchor_id UNIQUE (anchor_id, quarter_on);
    """)
