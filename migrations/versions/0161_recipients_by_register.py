"""Where a recipient of a study is: by the register where that is known, else with a reason."""

from alembic import op

revision = "0161_recipients_by_register"
down_revision = "0220_wallets"
branch_labels = None
depends_on = None

_BEFORE = "Opgeschreven toen er nog geen reden werd gevraagd."


def upgrade() -> None:
    """Of those that are there nobody looked anything up."""
    op.execute(f"""
        ALTER TABLE lm3_recipient
            ADD COLUMN kvk_number text CONSTRAINT ck_lm3_recipient_kvk_number CHECK (kvk_number ~ '^[0-9]{{8}}$'),
            ADD COLUMN evidence_id bigint
                CONSTRAINT fk_lm3_recipient_evidence_id REFERENCES supplier_evidence (id),
            ADD COLUMN reason text NOT NULL DEFAULT '{_BEFORE}',
            ADD CONSTRAINT ck_lm3_recipient_evidence
                CHECK (evidence_id IS NULL OR (kvk_number IS NOT NULL AND standing <> 'unknown')),
            ADD CONSTRAINT ck_lm3_recipient_reason
                CHECK (evidence_id IS NOT NULL OR standing = 'unknown' OR length(reason) BETWEEN 10 AND 300);
        ALTER TABLE lm3_recipient ALTER COLUMN reason DROP DEFAULT;
    """)


def downgrade() -> None:
    """Forget what a place was known by."""
    op.execute("""
        ALTER TABLE lm3_recipient
            DROP CONSTRAINT ck_lm3_recipient_reason, DROP CONSTRAINT ck_lm3_recipient_evidence,
            DROP COLUMN reason, DROP COLUMN evidence_id, DROP COLUMN kvk_number;
    """)
