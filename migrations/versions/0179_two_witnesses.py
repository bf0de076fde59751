"""What proves a supplier's place is seen by two people, each for itself; evidence of an auditor too."""

from alembic import op

revision = "0179_two_witnesses"
down_revision = "0178_kvk_after_the_day"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was said waits for a second person. Evidence from before this day stays as it was."""
    op.execute("""
        CREATE TABLE supplier_sighting (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_supplier_sighting PRIMARY KEY,
            public_id UUID NOT NULL CONSTRAINT uq_supplier_sighting_public_id UNIQUE,
            about TEXT NOT NULL CONSTRAINT ck_supplier_sighting_about CHECK (about IN ('address', 'extract')),
            supplier_id BIGINT CONSTRAINT fk_supplier_sighting_supplier_id REFERENCES supplier (id),
            title TEXT NOT NULL,
            facts JSONB NOT NULL,
            said_by_id BIGINT NOT NULL CONSTRAINT fk_supplier_sighting_said_by_id REFERENCES user_account (id),
            said_at TIMESTAMPTZ NOT NULL,
            answered_by_id BIGINT CONSTRAINT fk_supplier_sighting_answered_by_id REFERENCES user_account (id),
            answered_at TIMESTAMPTZ,
            holds BOOLEAN,
            note TEXT CONSTRAINT ck_supplier_sighting_note CHECK (length(note) BETWEEN 10 AND 500),
            CONSTRAINT ck_supplier_sighting_supplier CHECK ((about = 'address') = (supplier_id IS NOT NULL)),
            CONSTRAINT ck_supplier_sighting_answer
                CHECK (num_nulls(answered_by_id, answered_at, holds, note) IN (0, 4)),
            CONSTRAINT ck_supplier_sighting_second_person CHECK (answered_by_id <> said_by_id)
        );
        CREATE INDEX ix_supplier_sighting_open ON supplier_sighting (id) WHERE answered_at IS NULL;
        CREATE INDEX ix_supplier_sighting_supplier_id ON supplier_sighting (supplier_id);
        CREATE FUNCTION keep_sighting() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' OR OLD.answered_at IS NOT NULL
                OR (OLD.about, OLD.supplier_id, OLD.title, OLD.facts, OLD.said_by_id, OLD.said_at)
                    IS DISTINCT FROM (NEW.about, NEW.supplier_id, NEW.title, NEW.facts, NEW.said_by_id, NEW.said_at)
            THEN
                RAISE EXCEPTION 'what was seen is kept, and answered once' USING ERRCODE = 'CW017';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER keep_sighting BEFORE UPDATE OR DELETE ON supplier_sighting
            FOR EACH ROW EXECUTE FUNCTION keep_sighting();
        ALTER TABLE supplier_evidence DROP CONSTRAINT ck_supplier_evidence_checked,
            ADD CONSTRAINT ck_supplier_evidence_checked CHECK (
                grade < 3 OR checked_by_id IS NOT NULL OR (grade = 4 AND created_at < '2026-11-29')
            );
    """)


def downgrade() -> None:
    """What waits is forgotten."""
    op.execute("""
        ALTER TABLE supplier_evidence DROP CONSTRAINT ck_supplier_evidence_checked,
            ADD CONSTRAINT ck_supplier_evidence_checked CHECK (grade <> 3 OR checked_by_id IS NOT NULL);
        DROP TABLE supplier_sighting;
        DROP FUNCTION keep_sighting;
    """)
