"""Shared needs and market consultations."""

from alembic import op

revision = "0017_consultation"
down_revision = "0016_contracts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables. What was asked stays as it was; a report is published once."""
    op.execute("""
        CREATE TABLE need_share (
            need_id BIGINT NOT NULL CONSTRAINT fk_need_share_need_id REFERENCES need (id),
            organisation_id BIGINT NOT NULL
                CONSTRAINT fk_need_share_organisation_id REFERENCES organisation (id),
            volume NUMERIC CONSTRAINT ck_need_share_volume CHECK (volume > 0),
            value_low_minor BIGINT,
            value_high_minor BIGINT,
            note TEXT NOT NULL,
            joined_by_id BIGINT NOT NULL CONSTRAINT fk_need_share_joined_by_id REFERENCES user_account (id),
            joined_at TIMESTAMPTZ NOT NULL,
            CONSTRAINT pk_need_share PRIMARY KEY (need_id, organisation_id),
            CONSTRAINT ck_need_share_value_band
                CHECK (value_low_minor >= 0 AND value_high_minor >= value_low_minor),
            CONSTRAINT ck_need_share_value_whole CHECK ((value_low_minor IS NULL) = (value_high_minor IS NULL))
        );
        CREATE INDEX ix_need_share_organisation_id ON need_share (organisation_id);

        CREATE FUNCTION keep_need_share() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM FROM need WHERE id = NEW.need_id AND owner_id = NEW.organisation_id;
            IF FOUND THEN
                RAISE EXCEPTION 'the owner of need % does not join it', NEW.need_id USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER need_share_not_own BEFORE INSERT OR UPDATE ON need_share
            FOR EACH ROW EXECUTE FUNCTION keep_need_share();

        CREATE TABLE consultation (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_consultation PRIMARY KEY,
            public_id UUID NOT NULL CONSTRAINT uq_consultation_public_id UNIQUE,
            need_id BIGINT NOT NULL CONSTRAINT uq_consultation_need_id UNIQUE
                CONSTRAINT fk_consultation_need_id REFERENCES need (id),
            started_by_id BIGINT NOT NULL CONSTRAINT fk_consultation_started_by_id REFERENCES user_account (id),
            started_at TIMESTAMPTZ NOT NULL,
            purpose TEXT NOT NULL,
            questions JSONB NOT NULL CONSTRAINT ck_consultation_questions
                CHECK (jsonb_array_length(questions) BETWEEN 1 AND 7),
            closes_at TIMESTAMPTZ NOT NULL,
            report TEXT NOT NULL,
            reported_by_id BIGINT CONSTRAINT fk_consultation_reported_by_id REFERENCES user_account (id),
            reported_at TIMESTAMPTZ,
            CONSTRAINT ck_consultation_closes_at CHECK (closes_at > started_at),
            CONSTRAINT ck_consultation_report CHECK ((reported_at IS NULL) = (reported_by_id IS NULL)
                AND (reported_at IS NULL) = (report = '')),
            CONSTRAINT ck_consultation_report_after_closing CHECK (reported_at >= closes_at)
        );

        CREATE TABLE consultation_answer (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_consultation_answer PRIMARY KEY,
            consultation_id BIGINT NOT NULL
                CONSTRAINT fk_consultation_answer_consultation_id REFERENCES consultation (id),
            organisation_id BIGINT NOT NULL
                CONSTRAINT fk_consultation_answer_organisation_id REFERENCES organisation (id),
            answers JSONB NOT NULL CONSTRAINT ck_consultation_answer_answers
                CHECK (jsonb_array_length(answers) > 0),
            answered_by_id BIGINT NOT NULL
                CONSTRAINT fk_consultation_answer_answered_by_id REFERENCES user_account (id),
            answered_at TIMESTAMPTZ NOT NULL,
            CONSTRAINT uq_consultation_answer_consultation_id_organisation_id
                UNIQUE (consultation_id, organisation_id)
        );
        CREATE INDEX ix_consultation_answer_organisation_id ON consultation_answer (organisation_id);

        CREATE FUNCTION keep_consultation() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' OR OLD.reported_at IS NOT NULL
                OR (NEW.need_id, NEW.started_by_id, NEW.started_at, NEW.purpose, NEW.questions, NEW.closes_at)
                    IS DISTINCT FROM
                   (OLD.need_id, OLD.started_by_id, OLD.started_at, OLD.purpose, OLD.questions, OLD.closes_at) THEN
                RAISE EXCEPTION 'consultation % is kept as it was', OLD.id USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER consultation_kept BEFORE UPDATE OR DELETE ON consultation
            FOR EACH ROW EXECUTE FUNCTION keep_consultation();

        CREATE FUNCTION keep_consultation_answer() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'answers stay' USING ERRCODE = 'check_violation';
            END IF;
            PERFORM FROM consultation WHERE id = NEW.consultation_id AND closes_at > NEW.answered_at;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'consultation % is closed', NEW.consultation_id USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER consultation_answer_in_time BEFORE INSERT OR UPDATE OR DELETE ON consultation_answer
            FOR EACH ROW EXECUTE FUNCTION keep_consultation_answer();
    """)


def downgrade() -> None:
    """Take them away."""
    op.execute("""
        DROP TABLE consultation_answer, consultation, need_share;
        DROP FUNCTION keep_consultation_answer, keep_consultation, keep_need_share;
    """)
