"""The small businesses scheme can end on the day it began: then it counted on no day."""

from alembic import op

revision = "0201_small_business_first_day"
down_revision = "0194_jointly"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """All that stand fit."""
    op.execute("""
        ALTER TABLE small_business DROP CONSTRAINT ck_small_business_days;
        ALTER TABLE small_business ADD CONSTRAINT ck_small_business_days CHECK (until >= since);
    """)


def downgrade() -> None:
    """Those that end on their first day stay, and no new ones come."""
    op.execute("""
        ALTER TABLE small_business DROP CONSTRAINT ck_small_business_days;
        ALTER TABLE small_business ADD CONSTRAINT ck_small_business_days CHECK (until > since) NOT VALID;
    """)
