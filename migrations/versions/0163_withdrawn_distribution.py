"""A proposed distribution can be taken back; of a year one is open."""

from alembic import op

revision = "0163_withdrawn_distribution"
down_revision = "0160_lines_lighter"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of several open ones of a year the latest stays open."""
    op.execute("""
        ALTER TABLE surplus_distribution ADD COLUMN withdrawn_at TIMESTAMPTZ;
        UPDATE surplus_distribution one SET withdrawn_at = now() WHERE posted_at IS NULL AND EXISTS (
            SELECT FROM surplus_distribution later WHERE later.organisation_id = one.organisation_id
                AND later.year = one.year AND later.posted_at IS NULL AND later.id > one.id);
        ALTER TABLE surplus_distribution ADD CONSTRAINT ck_surplus_distribution_withdrawn
            CHECK (withdrawn_at IS NULL OR posted_at IS NULL);
        CREATE UNIQUE INDEX uq_surplus_distribution_open ON surplus_distribution (organisation_id, year)
            WHERE posted_at IS NULL AND withdrawn_at IS NULL;
    """)


def downgrade() -> None:
    """What was taken back stands open again."""
    op.execute(
        "ALTER TABLE surplus_distribution DROP COLUMN withdrawn_at; DROP INDEX IF EXISTS uq_surplus_distribution_open"
    )
