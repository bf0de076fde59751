"""The ladder of an initiative follows a contract signed here; kinds of cooperatives are counted at once."""

from alembic import op

revision = "0078_first_contract"
down_revision = "0072_change_signatures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let evidence be a contract, add those there are, and have the register counted without waiting for morning."""
    op.execute("""
        ALTER TABLE initiative_evidence
            ADD COLUMN agreement_id BIGINT CONSTRAINT fk_initiative_evidence_agreement_id REFERENCES agreement (id),
            ALTER COLUMN told_by_id DROP NOT NULL,
            DROP CONSTRAINT ck_initiative_evidence_second_person,
            ADD CONSTRAINT ck_initiative_evidence_second_person CHECK (agreement_id IS NOT NULL
                OR ((checked_at IS NULL) = (checked_by_id IS NULL) AND checked_by_id <> told_by_id)),
            ADD CONSTRAINT ck_initiative_evidence_agreement CHECK (
                CASE WHEN agreement_id IS NULL THEN told_by_id IS NOT NULL ELSE step = 'contract'
                AND told_by_id IS NULL AND checked_by_id IS NULL AND checked_at IS NOT NULL END),
            ADD CONSTRAINT uq_initiative_evidence_initiative_id_agreement_id UNIQUE (initiative_id, agreement_id);
        CREATE INDEX ix_initiative_evidence_agreement_id ON initiative_evidence (agreement_id);

        INSERT INTO initiative_evidence (public_id, initiative_id, step, reached_on, text, agreement_id, told_at, checked_at)
        SELECT DISTINCT ON (e.initiative_id, a.id) gen_random_uuid(), e.initiative_id, 'contract',
            (a.created_at AT TIME ZONE 'Europe/Amsterdam')::date, a.reference || ' ' || a.title, a.id, a.created_at,
            a.created_at
        FROM initiative_evidence e
        JOIN initiative i ON i.id = e.initiative_id AND i.stopped_at IS NULL
        JOIN organisation o ON o.kvk_number = e.kvk
        JOIN agreement_supplier s ON s.party_id = o.id
        JOIN agreement a ON a.id = s.agreement_id
        WHERE e.checked_at IS NOT NULL;

        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args)
        SELECT 'default', 'coops.register', 0, '{}' WHERE EXISTS (SELECT FROM cooperative);
    """)


def downgrade() -> None:
    """Take the contracts out again."""
    op.execute("""
        DELETE FROM initiative_evidence WHERE agreement_id IS NOT NULL;
        ALTER TABLE initiative_evidence
            DROP CONSTRAINT ck_initiative_evidence_agreement,
            DROP CONSTRAINT ck_initiative_evidence_second_person,
            DROP COLUMN agreement_id,
            ALTER COLUMN told_by_id SET NOT NULL,
            ADD CONSTRAINT ck_initiative_evidence_second_person
                CHECK ((checked_at IS NULL) = (checked_by_id IS NULL) AND checked_by_id <> told_by_id);
    """)
