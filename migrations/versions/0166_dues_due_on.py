"""Who joins after the dues of a period were asked is asked later: each has an own day to pay."""

from alembic import op

revision = "0166_dues_due_on"
down_revision = "0165_set_aside"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Who was asked with all others had the day of all others."""
    op.execute("""
        ALTER TABLE dues_charge ADD COLUMN due_on DATE;
        ALTER TABLE dues_charge DISABLE TRIGGER keep_dues;
        UPDATE dues_charge SET due_on = dues_run.due_on FROM dues_run WHERE dues_run.id = dues_charge.run_id;
        ALTER TABLE dues_charge ENABLE TRIGGER keep_dues;
        ALTER TABLE dues_charge ALTER COLUMN due_on SET NOT NULL;
    """)


def downgrade() -> None:
    """The day of all others counts again."""
    op.execute("ALTER TABLE dues_charge DROP COLUMN due_on")
