"""A draft of statutes reaches nothing; final ones, and who covers its costs, come with their paper."""

from alembic import op

revision = "0153_final_statutes"
down_revision = "0152_minuted"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Statutes of which no paper is here and that nobody else saw were told only: they are under way."""
    op.execute("""
        ALTER TABLE initiative_evidence ADD COLUMN draft BOOLEAN NOT NULL DEFAULT false;
        UPDATE initiative_evidence SET draft = true
            WHERE step = 'statutes' AND paper_id IS NULL AND checked_at IS NULL;
        ALTER TABLE initiative_evidence ALTER COLUMN draft DROP DEFAULT,
            ADD CONSTRAINT ck_initiative_evidence_draft CHECK (NOT draft OR (step = 'statutes' AND checked_at IS NULL));
        CREATE FUNCTION step_by_paper() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.paper_id IS NULL AND (NEW.step = 'even' OR (NEW.step = 'statutes' AND NOT NEW.draft)) THEN
                RAISE EXCEPTION 'this step is shown by its paper' USING ERRCODE = 'CW017';
            END IF;
            IF NEW.step = 'even' AND NOT EXISTS (SELECT FROM initiative_evidence
                WHERE initiative_id = NEW.initiative_id AND step IN ('statutes', 'contract') AND NOT draft) THEN
                RAISE EXCEPTION 'no costs are covered before statutes or a contract' USING ERRCODE = 'CW017';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER step_by_paper BEFORE INSERT ON initiative_evidence
            FOR EACH ROW EXECUTE FUNCTION step_by_paper();
    """)


def downgrade() -> None:
    """Whatever was told counts."""
    op.execute("""
        DROP TRIGGER step_by_paper ON initiative_evidence;
        DROP FUNCTION step_by_paper();
        ALTER TABLE initiative_evidence DROP COLUMN draft;
    """)
