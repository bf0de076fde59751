"""A branch counts for a contract when people work there: how many is kept with its evidence."""

from alembic import op

revision = "0159_branch_workers"
down_revision = "0150_founders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """How many people work at a branch; older evidence, which nobody was asked this of, stays as it is."""
    op.execute("""
        ALTER TABLE supplier_evidence
            ADD COLUMN worker_count BIGINT,
            ADD CONSTRAINT ck_supplier_evidence_workers CHECK (
                worker_count IS NULL OR (kind = 'establishment' AND worker_count >= 1)
            );
        CREATE FUNCTION ask_branch_workers() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'nobody works at this branch' USING ERRCODE = 'CW159';
        END $$;
        CREATE TRIGGER ask_branch_workers BEFORE INSERT ON supplier_evidence FOR EACH ROW
            WHEN (NEW.kind = 'establishment' AND NEW.worker_count IS NULL) EXECUTE FUNCTION ask_branch_workers();
    """)


def downgrade() -> None:
    """Whether anybody works there is not asked."""
    op.execute("""
        DROP TRIGGER ask_branch_workers ON supplier_evidence;
        DROP FUNCTION ask_branch_workers();
        ALTER TABLE supplier_evidence DROP COLUMN worker_count;
    """)
