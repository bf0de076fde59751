"""A registration that is not finished can be set aside while another is filled in; nothing of it is lost."""

from alembic import op

revision = "0165_set_aside"
down_revision = "0164_seen_evidence"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One at a time is open; those set aside wait."""
    op.execute("""
        ALTER TABLE cooperative_draft ADD COLUMN aside BOOLEAN NOT NULL DEFAULT false;
        DROP INDEX uq_cooperative_draft_own;
        CREATE UNIQUE INDEX uq_cooperative_draft_own ON cooperative_draft (begun_by_id)
            WHERE organisation_id IS NULL AND NOT aside;
        CREATE INDEX ix_cooperative_draft_begun_by_id ON cooperative_draft (begun_by_id);
    """)


def downgrade() -> None:
    """One at all: what was set aside goes where another is open, with its papers."""
    op.execute("""
        DROP INDEX ix_cooperative_draft_begun_by_id;
        DROP INDEX uq_cooperative_draft_own;
        WITH gone AS (
            DELETE FROM cooperative_draft d WHERE d.organisation_id IS NULL AND EXISTS (
                SELECT FROM cooperative_draft o WHERE o.begun_by_id = d.begun_by_id AND o.organisation_id IS NULL
                AND (o.aside, -o.id) < (d.aside, -d.id))
            RETURNING public_id)
        DELETE FROM cooperative_paper WHERE draft_key IN (SELECT public_id FROM gone);
        CREATE UNIQUE INDEX uq_cooperative_draft_own ON cooperative_draft (begun_by_id) WHERE organisation_id IS NULL;
        ALTER TABLE cooperative_draft DROP COLUMN aside;
    """)
