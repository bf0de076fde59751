"""The statutes of an initiative stand in the file of the cooperative that it became as well."""

from alembic import op

revision = "0170_carried_papers"
down_revision = "0169_tested_criteria"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A paper of an initiative may be of an organisation as well."""
    op.execute("""
        ALTER TABLE cooperative_paper DROP CONSTRAINT ck_cooperative_paper_owner,
            ADD CONSTRAINT ck_cooperative_paper_owner CHECK (num_nonnulls(organisation_id, draft_key) > 0);
    """)


def downgrade() -> None:
    """It stays in the file of the cooperative, which may be judged by it; its step names it still."""
    op.execute("""
        UPDATE cooperative_paper SET draft_key = NULL WHERE organisation_id IS NOT NULL;
        ALTER TABLE cooperative_paper DROP CONSTRAINT ck_cooperative_paper_owner,
            ADD CONSTRAINT ck_cooperative_paper_owner CHECK (num_nonnulls(organisation_id, draft_key) = 1);
    """)
