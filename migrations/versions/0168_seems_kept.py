"""A publication with which an anchor's commitment looks kept is noted, for the anchor to confirm."""

from alembic import op

revision = "0168_seems_kept"
down_revision = "0167_fellows"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing looks kept yet."""
    op.execute(r"""
        ALTER TABLE anchor_commitment ADD COLUMN likely TEXT NOT NULL DEFAULT ''
            CONSTRAINT ck_anchor_commitment_likely CHECK (likely ~ '^(T-[0-9]{4}-[0-9]{4,})?$');
        ALTER TABLE anchor_commitment ALTER COLUMN likely DROP DEFAULT;
    """)


def downgrade() -> None:
    """What was said and kept stays."""
    op.execute("ALTER TABLE anchor_commitment DROP COLUMN likely")
