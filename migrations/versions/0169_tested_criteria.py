"""A second person tests each criterion of a notice before it is public; an answer to an obstacle can be added to."""

from alembic import op

revision = "0169_tested_criteria"
down_revision = "0168_seems_kept"
branch_labels = None
depends_on = None

TESTS = """
    CREATE TABLE property_test (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_property_test PRIMARY KEY,
        notice_id BIGINT NOT NULL CONSTRAINT fk_property_test_notice_id REFERENCES property_notice (id),
        criterion TEXT NOT NULL CONSTRAINT ck_property_test_criterion CHECK (criterion <> ''),
        objective BOOLEAN NOT NULL,
        testable BOOLEAN NOT NULL,
        reasonable BOOLEAN NOT NULL,
        note TEXT NOT NULL CONSTRAINT ck_property_test_note CHECK (length(note) >= 10),
        tested_by_id BIGINT NOT NULL CONSTRAINT fk_property_test_tested_by_id REFERENCES user_account (id),
        tested_at TIMESTAMPTZ NOT NULL
    );
    CREATE INDEX ix_property_test_notice_id ON property_test (notice_id);
    CREATE FUNCTION keep_property_test() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' OR EXISTS (SELECT FROM property_notice WHERE id = NEW.notice_id
            AND (made_by_id = NEW.tested_by_id OR published_at IS NOT NULL)) THEN
            RAISE EXCEPTION 'test of a notice: by a second person, before it is public, and it stays'
                USING ERRCODE = 'CW066';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_property_test BEFORE INSERT OR UPDATE OR DELETE ON property_test
        FOR EACH ROW EXECUTE FUNCTION keep_property_test();
    ALTER TABLE property_notice ADD COLUMN returned_at TIMESTAMPTZ
        CONSTRAINT ck_property_notice_returned CHECK (returned_at IS NULL OR published_at IS NULL);
"""

CHOSEN = """
        IF NEW.chosen_id IS NOT NULL AND NOT EXISTS (SELECT FROM property_interest
            WHERE id = NEW.chosen_id AND notice_id = NEW.id AND withdrawn_at IS NULL) THEN
            RAISE EXCEPTION 'notice %: chosen is one who is interested', OLD.id USING ERRCODE = 'CW066';
        END IF;
        RETURN NEW;
    END $$;
"""

LATER = """ARRAY['chosen_id', 'reasons', 'proposed_by_id', 'proposed_at', 'decided_by_id',
            'decided_at', 'closed_by_id', 'closed_at', 'close_reason']"""

BEFORE = f"""
    CREATE OR REPLACE FUNCTION keep_property_notice() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        published CONSTANT text[] := ARRAY['published_by_id', 'published_at', 'closes_on', 'decide_by'];
        later CONSTANT text[] := {LATER};
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.decided_at IS NOT NULL OR OLD.closed_at IS NOT NULL
            OR to_jsonb(OLD) - published - later <> to_jsonb(NEW) - published - later
            OR (OLD.published_at IS NOT NULL AND to_jsonb(OLD) - later <> to_jsonb(NEW) - later) THEN
            RAISE EXCEPTION 'notice %: what was told stays', OLD.id USING ERRCODE = 'CW066';
        END IF;
{CHOSEN}"""

AFTER = f"""
    CREATE OR REPLACE FUNCTION keep_property_notice() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        published CONSTANT text[] := ARRAY['published_by_id', 'published_at', 'closes_on', 'decide_by'];
        drafted CONSTANT text[] := ARRAY['deal', 'title', 'place_code', 'area', 'use', 'criteria', 'sole_reason',
            'made_by_id', 'made_at', 'returned_at'];
        later CONSTANT text[] := {LATER};
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.decided_at IS NOT NULL OR OLD.closed_at IS NOT NULL
            OR to_jsonb(OLD) - published - later - drafted <> to_jsonb(NEW) - published - later - drafted
            OR (NEW.published_at IS NOT NULL
                AND to_jsonb(OLD) - published - later <> to_jsonb(NEW) - published - later)
            OR (OLD.published_at IS NOT NULL AND to_jsonb(OLD) - later <> to_jsonb(NEW) - later) THEN
            RAISE EXCEPTION 'notice %: what was told stays', OLD.id USING ERRCODE = 'CW066';
        END IF;
        IF OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND EXISTS (
            SELECT FROM (SELECT btrim(line, E' \\t\\r') AS said FROM regexp_split_to_table(NEW.criteria, '\\n') line
                UNION ALL SELECT NEW.sole_reason) one
            WHERE said <> '' AND NOT EXISTS (SELECT FROM property_test WHERE notice_id = NEW.id AND criterion = said
                AND objective AND testable AND reasonable AND tested_at = NEW.published_at
                AND tested_by_id = NEW.published_by_id)) THEN
            RAISE EXCEPTION 'notice %: a criterion was not found fit', OLD.id USING ERRCODE = 'CW066';
        END IF;
{CHOSEN}"""

ANSWERS = """
    CREATE FUNCTION reason_obstacle() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'obstacle %: a rule that stays as it is has a reason of substance', OLD.id
            USING ERRCODE = 'check_violation';
    END $$;
    CREATE TRIGGER reason_obstacle BEFORE UPDATE ON obstacle FOR EACH ROW
        WHEN (OLD.answered_at IS NULL AND NEW.outcome IN ('explained', 'kept') AND length(NEW.answer) < 40)
        EXECUTE FUNCTION reason_obstacle();
    CREATE TABLE obstacle_addition (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_obstacle_addition PRIMARY KEY,
        obstacle_id BIGINT NOT NULL CONSTRAINT fk_obstacle_addition_obstacle_id REFERENCES obstacle (id),
        text TEXT NOT NULL CONSTRAINT ck_obstacle_addition_text CHECK (length(text) >= 10),
        added_by_id BIGINT NOT NULL CONSTRAINT fk_obstacle_addition_added_by_id REFERENCES user_account (id),
        added_at TIMESTAMPTZ NOT NULL
    );
    CREATE INDEX ix_obstacle_addition_obstacle_id ON obstacle_addition (obstacle_id);
    CREATE FUNCTION keep_obstacle_addition() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' OR NOT EXISTS (SELECT FROM obstacle WHERE id = NEW.obstacle_id
            AND answered_at <= NEW.added_at) THEN
            RAISE EXCEPTION 'addition: to what was answered, and it stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_obstacle_addition BEFORE INSERT OR UPDATE OR DELETE ON obstacle_addition
        FOR EACH ROW EXECUTE FUNCTION keep_obstacle_addition();
"""


def upgrade() -> None:
    """Notices that are public stay as they were; answers too, however short."""
    op.execute(TESTS)
    op.execute(AFTER)
    op.execute(ANSWERS)


def downgrade() -> None:
    """Tests and additions go; notices and answers stay."""
    op.execute("""
        DROP TABLE obstacle_addition;
        DROP FUNCTION keep_obstacle_addition();
        DROP TRIGGER reason_obstacle ON obstacle;
        DROP FUNCTION reason_obstacle();
        DROP TABLE property_test;
        DROP FUNCTION keep_property_test();
        ALTER TABLE property_notice DROP COLUMN returned_at;
    """)
    op.execute(BEFORE)
