"""A waiting file that is refused as it stands says so: it takes nobody's place."""

from alembic import op

revision = "0187_refused_uploads"
down_revision = "0186_replaced_amounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Files that wait now count until they are looked at again or gone: at the latest in a day."""
    op.execute("""
        ALTER TABLE spend_upload ADD COLUMN refused BOOLEAN NOT NULL DEFAULT false;
        ALTER TABLE spend_upload ALTER COLUMN refused DROP DEFAULT;
    """)


def downgrade() -> None:
    """Count all of them."""
    op.execute("ALTER TABLE spend_upload DROP COLUMN refused")
