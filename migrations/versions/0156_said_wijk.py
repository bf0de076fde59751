"""An address that proves no wijk: the cooperative may say in which one it is, and the profile tells that it said so."""

from alembic import op

revision = "0156_said_wijk"
down_revision = "0155_in_register"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every wijk of before was proven by its address."""
    op.execute("""
        ALTER TABLE cooperative
            ADD COLUMN place_said BOOLEAN NOT NULL DEFAULT false,
            ADD CONSTRAINT ck_cooperative_place_said CHECK (NOT place_said OR place_code IS NOT NULL);
    """)


def downgrade() -> None:
    """A wijk that was only said is not known."""
    op.execute("""
        UPDATE cooperative SET place_code = NULL WHERE place_said;
        ALTER TABLE cooperative DROP COLUMN place_said;
    """)
