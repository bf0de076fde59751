"""Complaints that stay as they ended, may be published later, and find an answerer where the buyer has none."""

from alembic import op

revision = "0032_stops"
down_revision = "0031_lessons"
branch_labels = None
depends_on = None

COMPLAINTS = """
    ALTER TABLE complaint
        ADD COLUMN published_by_id BIGINT CONSTRAINT fk_complaint_published_by_id REFERENCES user_account (id),
        ADD COLUMN published_at TIMESTAMPTZ,
        ADD COLUMN stand_in_id BIGINT CONSTRAINT fk_complaint_stand_in_id REFERENCES user_account (id),
        ADD COLUMN stand_in_by_id BIGINT CONSTRAINT fk_complaint_stand_in_by_id REFERENCES user_account (id),
        ADD COLUMN stand_in_at TIMESTAMPTZ;
    DROP TRIGGER keep_complaint ON complaint;
    UPDATE complaint SET published_by_id = answered_by_id, published_at = answered_at WHERE summary <> '';
    ALTER TABLE complaint
        ADD CONSTRAINT ck_complaint_published CHECK ((summary = '') = (published_at IS NULL)
            AND (published_at IS NULL) = (published_by_id IS NULL)),
        ADD CONSTRAINT ck_complaint_published_by CHECK (published_by_id = answered_by_id),
        ADD CONSTRAINT ck_complaint_published_after CHECK (published_at >= answered_at),
        ADD CONSTRAINT ck_complaint_stand_in CHECK ((stand_in_id IS NULL) = (stand_in_at IS NULL)
            AND (stand_in_id IS NULL) = (stand_in_by_id IS NULL)),
        ADD CONSTRAINT ck_complaint_stand_in_asked CHECK (stand_in_id <> stand_in_by_id),
        ADD CONSTRAINT ck_complaint_stand_in_other CHECK (stand_in_id <> submitted_by_id);

    CREATE OR REPLACE FUNCTION keep_complaint() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        ends CONSTANT text[] := ARRAY['state', 'answer', 'measure', 'answered_by_id', 'answered_at', 'resolved_by_id',
            'resolved_at', 'withdrawn_at', 'summary', 'published_by_id', 'published_at', 'stand_in_id',
            'stand_in_by_id', 'stand_in_at'];
        resolving CONSTANT text[] := ARRAY['resolved_by_id', 'resolved_at'];
        publishing CONSTANT text[] := ARRAY['summary', 'published_by_id', 'published_at'];
        open_still text[] := '{}';
    BEGIN
        IF TG_OP = 'DELETE' OR to_jsonb(OLD) - ends IS DISTINCT FROM to_jsonb(NEW) - ends THEN
            RAISE EXCEPTION 'complaint %: what was said stays', OLD.id USING ERRCODE = 'CW029';
        END IF;
        IF OLD.state <> 'pending' THEN
            IF OLD.resolved_at IS NULL AND NEW.resolved_at IS NOT NULL THEN
                open_still := open_still || resolving;
            END IF;
            IF OLD.published_at IS NULL AND NEW.published_at IS NOT NULL THEN
                open_still := open_still || publishing;
            END IF;
            IF to_jsonb(OLD) - open_still IS DISTINCT FROM to_jsonb(NEW) - open_still THEN
                RAISE EXCEPTION 'complaint %: it ended', OLD.id USING ERRCODE = 'CW029';
            END IF;
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_complaint BEFORE UPDATE OR DELETE ON complaint
        FOR EACH ROW EXECUTE FUNCTION keep_complaint();
"""

COMPLAINTS_BACK = """
    CREATE OR REPLACE FUNCTION keep_complaint() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        ends CONSTANT text[] := ARRAY['state', 'answer', 'measure', 'answered_by_id', 'answered_at', 'resolved_by_id',
            'resolved_at', 'withdrawn_at', 'summary'];
    BEGIN
        IF TG_OP = 'DELETE' OR to_jsonb(OLD) - ends IS DISTINCT FROM to_jsonb(NEW) - ends THEN
            RAISE EXCEPTION 'complaint %: what was said stays', OLD.id USING ERRCODE = 'CW029';
        END IF;
        IF OLD.state <> 'pending' AND (NEW.state, NEW.answer, NEW.measure, NEW.answered_at, NEW.withdrawn_at)
            IS DISTINCT FROM (OLD.state, OLD.answer, OLD.measure, OLD.answered_at, OLD.withdrawn_at)
            OR OLD.resolved_at IS NOT NULL AND NEW.resolved_at IS DISTINCT FROM OLD.resolved_at THEN
            RAISE EXCEPTION 'complaint %: it ended', OLD.id USING ERRCODE = 'CW029';
        END IF;
        RETURN NEW;
    END $$;
    ALTER TABLE complaint DROP CONSTRAINT ck_complaint_published, DROP CONSTRAINT ck_complaint_published_by,
        DROP CONSTRAINT ck_complaint_published_after, DROP CONSTRAINT ck_complaint_stand_in,
        DROP CONSTRAINT ck_complaint_stand_in_asked, DROP CONSTRAINT ck_complaint_stand_in_other,
        DROP COLUMN published_by_id, DROP COLUMN published_at, DROP COLUMN stand_in_id, DROP COLUMN stand_in_by_id,
        DROP COLUMN stand_in_at;
"""


def upgrade() -> None:
    """Add what was missing."""
    op.execute(COMPLAINTS)


def downgrade() -> None:
    """Take it away."""
    op.execute(COMPLAINTS_BACK)
