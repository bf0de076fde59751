"""A study of the multiplier is published by somebody who filled in nothing of it."""

from alembic import op

revision = "0149_study_by_two"
down_revision = "0147_time_to_comment"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Who published a study or named a recipient before is not known; that stays empty."""
    op.execute("""
        ALTER TABLE lm3_study ADD COLUMN finished_by_id BIGINT
            CONSTRAINT fk_lm3_study_finished_by_id REFERENCES user_account (id),
            ADD CONSTRAINT ck_lm3_study_second_person CHECK (finished_by_id <> made_by_id);
        ALTER TABLE lm3_recipient ADD COLUMN added_by_id BIGINT
            CONSTRAINT fk_lm3_recipient_added_by_id REFERENCES user_account (id);
        CREATE FUNCTION study_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.finished_at IS NOT NULL AND (NEW.finished_by_id IS NULL OR EXISTS (
                SELECT FROM lm3_recipient WHERE study_id = NEW.id AND added_by_id = NEW.finished_by_id
            )) THEN
                RAISE EXCEPTION 'a second person publishes a study' USING ERRCODE = 'CW032';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER lm3_study_by_two BEFORE INSERT OR UPDATE ON lm3_study
            FOR EACH ROW EXECUTE FUNCTION study_by_two();
        CREATE FUNCTION recipient_is_added() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.added_by_id IS NULL THEN
                RAISE EXCEPTION 'somebody names a recipient' USING ERRCODE = 'CW032';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER lm3_recipient_told_by BEFORE INSERT ON lm3_recipient
            FOR EACH ROW EXECUTE FUNCTION recipient_is_added();
    """)


def downgrade() -> None:
    """Who published or named is forgotten."""
    op.execute("""
        DROP TRIGGER lm3_study_by_two ON lm3_study;
        DROP TRIGGER lm3_recipient_told_by ON lm3_recipient;
        DROP FUNCTION study_by_two();
        DROP FUNCTION recipient_is_added();
        ALTER TABLE lm3_study DROP COLUMN finished_by_id;
        ALTER TABLE lm3_recipient DROP COLUMN added_by_id;
    """)
