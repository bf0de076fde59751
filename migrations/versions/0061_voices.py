"""The obstacle log, and stories: both read by a second person before they are public."""

from alembic import op

revision = "0061_voices"
down_revision = "0060_exchange"
branch_labels = None
depends_on = None

OBSTACLES = """
    CREATE TABLE obstacle (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_obstacle PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_obstacle_public_id UNIQUE,
        rule TEXT NOT NULL,
        owner TEXT NOT NULL,
        owner_id BIGINT CONSTRAINT fk_obstacle_owner_id_organisation REFERENCES organisation (id),
        case_text TEXT NOT NULL,
        organisation_id BIGINT CONSTRAINT fk_obstacle_organisation_id_organisation REFERENCES organisation (id),
        is_anonymous BOOLEAN NOT NULL,
        reported_by_id BIGINT NOT NULL CONSTRAINT fk_obstacle_reported_by_id_user_account REFERENCES user_account (id),
        reported_at TIMESTAMPTZ NOT NULL,
        returned TEXT NOT NULL,
        published_by_id BIGINT CONSTRAINT fk_obstacle_published_by_id_user_account REFERENCES user_account (id),
        published_at TIMESTAMPTZ,
        answer TEXT NOT NULL,
        outcome TEXT,
        answered_by_id BIGINT CONSTRAINT fk_obstacle_answered_by_id_user_account REFERENCES user_account (id),
        answered_at TIMESTAMPTZ,
        CONSTRAINT ck_obstacle_told CHECK (rule <> '' AND owner <> '' AND length(case_text) >= 40),
        CONSTRAINT ck_obstacle_published CHECK ((published_at IS NULL) = (published_by_id IS NULL)),
        CONSTRAINT ck_obstacle_second_person CHECK (published_by_id <> reported_by_id),
        CONSTRAINT ck_obstacle_answered CHECK ((answered_at IS NULL) = (answered_by_id IS NULL)
            AND (answered_at IS NULL) = (answer = '') AND (answered_at IS NULL) = (outcome IS NULL)),
        CONSTRAINT ck_obstacle_answered_after CHECK (answered_at >= published_at),
        CONSTRAINT ck_obstacle_outcome CHECK (outcome IN ('changed', 'exception', 'explained', 'kept'))
    );
    CREATE INDEX ix_obstacle_owner_id ON obstacle (owner_id);

    -- What is public stays as it was read, and an answer is given once, to what is public.
    CREATE FUNCTION keep_obstacle() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        answers CONSTANT text[] := ARRAY['answer', 'outcome', 'answered_by_id', 'answered_at'];
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.answered_at IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW)
            OR OLD.published_at IS NOT NULL AND to_jsonb(OLD) - answers IS DISTINCT FROM to_jsonb(NEW) - answers
            OR NEW.answered_at IS NOT NULL AND NEW.published_at IS NULL THEN
            RAISE EXCEPTION 'obstacle %: what everybody read stays', OLD.id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_obstacle BEFORE UPDATE OR DELETE ON obstacle FOR EACH ROW EXECUTE FUNCTION keep_obstacle();
"""

STORIES = """
    CREATE TABLE story (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_story PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_story_public_id UNIQUE,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        shown_name TEXT NOT NULL,
        place_code TEXT,
        organisation_id BIGINT CONSTRAINT fk_story_organisation_id_organisation REFERENCES organisation (id),
        told_by_id BIGINT NOT NULL CONSTRAINT fk_story_told_by_id_user_account REFERENCES user_account (id),
        consented_at TIMESTAMPTZ NOT NULL,
        published_by_id BIGINT CONSTRAINT fk_story_published_by_id_user_account REFERENCES user_account (id),
        published_at TIMESTAMPTZ,
        taken_back_at TIMESTAMPTZ,
        CONSTRAINT ck_story_words CHECK ((taken_back_at IS NULL) = (text <> '' AND title <> '' AND shown_name <> '')),
        CONSTRAINT ck_story_published CHECK ((published_at IS NULL) = (published_by_id IS NULL)),
        CONSTRAINT ck_story_second_person CHECK (published_by_id <> told_by_id),
        CONSTRAINT ck_story_consent_first CHECK (consented_at <= published_at)
    );
    CREATE INDEX ix_story_published_at ON story (published_at) WHERE taken_back_at IS NULL;
    CREATE INDEX ix_story_told_by_id ON story (told_by_id);

    -- A story is as its teller consented to it, or gone.
    CREATE FUNCTION keep_story() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.taken_back_at IS NOT NULL
            OR NEW.taken_back_at IS NULL
                AND (NEW.title, NEW.text, NEW.shown_name) IS DISTINCT FROM (OLD.title, OLD.text, OLD.shown_name) THEN
            RAISE EXCEPTION 'story %: told once, or taken back', OLD.id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_story BEFORE UPDATE ON story FOR EACH ROW EXECUTE FUNCTION keep_story();
"""


def upgrade() -> None:
    """Obstacles and stories."""
    op.execute(OBSTACLES)
    op.execute(STORIES)


def downgrade() -> None:
    """Take them away."""
    op.execute(
        "DROP TABLE story; DROP FUNCTION keep_story(); DROP TABLE obstacle; DROP FUNCTION keep_obstacle();"
    )
