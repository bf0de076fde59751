"""Appeal against the refusal of a whole profile, as against that of one fact."""

from alembic import op

revision = "0090_whole_appeal"
down_revision = "0089_promise_reply"
branch_labels = None
depends_on = None

COLUMNS = """
    ALTER TABLE cooperative_appeal ALTER COLUMN judgement_id DROP NOT NULL,
        ADD COLUMN verification_id BIGINT CONSTRAINT uq_cooperative_appeal_verification_id UNIQUE
            CONSTRAINT fk_cooperative_appeal_verification_id REFERENCES cooperative_verification (id),
        ADD CONSTRAINT ck_cooperative_appeal_refused CHECK (num_nonnulls(judgement_id, verification_id) = 1);
"""

FENCE = """
    CREATE OR REPLACE FUNCTION keep_cooperative_appeal() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND (OLD.answered_at IS NOT NULL
            OR (OLD.judgement_id, OLD.verification_id, OLD.text, OLD.made_by_id, OLD.made_at, OLD.answer_by)
                IS DISTINCT FROM
                (NEW.judgement_id, NEW.verification_id, NEW.text, NEW.made_by_id, NEW.made_at, NEW.answer_by)) THEN
            RAISE EXCEPTION 'an appeal stays, and is answered once' USING ERRCODE = 'CW009';
        END IF;
        IF EXISTS (SELECT FROM (
                SELECT j.cooperative_id, j.grade <> 'e0' AS granted, j.decided_by_id
                FROM cooperative_judgement j WHERE j.id = NEW.judgement_id
                UNION ALL
                SELECT v.cooperative_id, v.verified, v.decided_by_id
                FROM cooperative_verification v WHERE v.id = NEW.verification_id
            ) d JOIN cooperative c ON c.id = d.cooperative_id
            WHERE d.granted OR NEW.answered_by_id IN
                (d.decided_by_id, c.registered_by_id, c.changed_by_id, c.coach_id)) THEN
            RAISE EXCEPTION 'an appeal is against a refusal, and somebody else answers it' USING ERRCODE = 'CW009';
        END IF;
        RETURN NEW;
    END $$;
"""

BEFORE = """
    CREATE OR REPLACE FUNCTION keep_cooperative_appeal() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND (OLD.answered_at IS NOT NULL
            OR (OLD.judgement_id, OLD.text, OLD.made_by_id, OLD.made_at, OLD.answer_by)
                IS DISTINCT FROM (NEW.judgement_id, NEW.text, NEW.made_by_id, NEW.made_at, NEW.answer_by)) THEN
            RAISE EXCEPTION 'an appeal stays, and is answered once' USING ERRCODE = 'CW009';
        END IF;
        IF EXISTS (SELECT FROM cooperative_judgement j JOIN cooperative c ON c.id = j.cooperative_id
            WHERE j.id = NEW.judgement_id AND (j.grade <> 'e0' OR NEW.answered_by_id IN
                (j.decided_by_id, c.registered_by_id, c.changed_by_id, c.coach_id))) THEN
            RAISE EXCEPTION 'an appeal is against a refusal, and somebody else answers it' USING ERRCODE = 'CW009';
        END IF;
        RETURN NEW;
    END $$;
"""


def upgrade() -> None:
    """An appeal is against a judgement of a fact or against a decision on the whole profile."""
    op.execute(COLUMNS)
    op.execute(FENCE)


def downgrade() -> None:
    """Appeals against whole profiles go; the database knows no place for them then."""
    op.execute("""
        ALTER TABLE cooperative_appeal DISABLE TRIGGER keep_cooperative_appeal;
        DELETE FROM cooperative_appeal WHERE judgement_id IS NULL;
        ALTER TABLE cooperative_appeal ENABLE TRIGGER keep_cooperative_appeal;
        ALTER TABLE cooperative_appeal DROP COLUMN verification_id, ALTER COLUMN judgement_id SET NOT NULL;
    """)
    op.execute(BEFORE)
