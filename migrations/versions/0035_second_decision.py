"""A stopped lot holds up nothing and counts for no limit; limits count everybody in a joint bid."""

from alembic import op

revision = "0035_second_decision"
down_revision = "0030_demands"
branch_labels = None
depends_on = None

FREEZE = """
    CREATE OR REPLACE FUNCTION freeze_priced() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM low_bid_question q {going_on}
            WHERE q.tender_id = NEW.id AND q.confirmed_at IS NULL {condition}) THEN
            RAISE EXCEPTION 'tender %: a question about a price is open', NEW.number USING ERRCODE = 'CW034';
        END IF;
        RETURN NEW;
    END $$;
"""


def upgrade() -> None:
    """A question about a price on a stopped lot holds up no freeze."""
    op.execute(FREEZE.format(
        going_on="JOIN opened_bid b ON b.id = q.opened_bid_id",
        condition="AND NOT EXISTS (SELECT FROM lot_stop s WHERE s.lot_id = b.lot_id)",
    ))  # fmt: skip


def downgrade() -> None:
    """Take it away."""
    op.execute(FREEZE.format(going_on="", condition=""))
