"""Studies of the local multiplier."""

from alembic import op

revision = "0121_multiplier"
down_revision = "0120_declarations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and keep what is finished."""
    op.execute("""
        CREATE TABLE lm3_study (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_lm3_study PRIMARY KEY,
            public_id UUID NOT NULL CONSTRAINT uq_lm3_study_public_id UNIQUE,
            title TEXT NOT NULL,
            asked TEXT NOT NULL,
            first_amount BIGINT NOT NULL,
            variant TEXT NOT NULL,
            area_id TEXT NOT NULL,
            area_version TEXT NOT NULL,
            made_by_id BIGINT CONSTRAINT fk_lm3_study_made_by_id REFERENCES user_account (id),
            created_at TIMESTAMPTZ NOT NULL,
            finished_at TIMESTAMPTZ,
            CONSTRAINT ck_lm3_study_first_amount CHECK (first_amount > 0),
            CONSTRAINT ck_lm3_study_texts CHECK (
                length(title) BETWEEN 1 AND 200 AND length(asked) BETWEEN 1 AND 500)
        );
        CREATE TABLE lm3_recipient (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_lm3_recipient PRIMARY KEY,
            study_id BIGINT NOT NULL CONSTRAINT fk_lm3_recipient_study_id REFERENCES lm3_study (id),
            name TEXT NOT NULL,
            standing TEXT NOT NULL,
            amount BIGINT NOT NULL,
            answer BIGINT,
            CONSTRAINT ck_lm3_recipient_amount CHECK (amount > 0),
            CONSTRAINT ck_lm3_recipient_answer CHECK (answer BETWEEN 0 AND 10000),
            CONSTRAINT ck_lm3_recipient_standing CHECK (standing IN ('local', 'not_local', 'unknown')),
            CONSTRAINT uq_lm3_recipient_study_id_name UNIQUE (study_id, name)
        );
        CREATE FUNCTION keep_lm3_study() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' OR OLD.finished_at IS NOT NULL THEN
                RAISE EXCEPTION 'a finished study stays as it is' USING ERRCODE = 'CW032';
            END IF;
            IF NEW.finished_at IS NOT NULL AND NEW.first_amount < (
                SELECT coalesce(sum(amount), 0) FROM lm3_recipient WHERE study_id = NEW.id) THEN
                RAISE EXCEPTION 'a round holds no more than the one before' USING ERRCODE = 'CW032';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER lm3_study_kept BEFORE UPDATE OR DELETE ON lm3_study
            FOR EACH ROW EXECUTE FUNCTION keep_lm3_study();
        CREATE FUNCTION keep_lm3_recipient() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE one BIGINT := CASE TG_OP WHEN 'INSERT' THEN NEW.study_id ELSE OLD.study_id END;
        BEGIN
            IF TG_OP = 'UPDATE' OR EXISTS (SELECT FROM lm3_study WHERE id = one AND finished_at IS NOT NULL) THEN
                RAISE EXCEPTION 'a finished study stays as it is' USING ERRCODE = 'CW032';
            END IF;
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END $$;
        CREATE TRIGGER lm3_recipient_kept BEFORE INSERT OR UPDATE OR DELETE ON lm3_recipient
            FOR EACH ROW EXECUTE FUNCTION keep_lm3_recipient();
    """)


def downgrade() -> None:
    """Take everything away."""
    op.execute("""
        DROP TABLE lm3_recipient, lm3_study;
        DROP FUNCTION keep_lm3_study(), keep_lm3_recipient();
    """)
