"""What a buyer answers when its draft may prefer for a place or be a part of more: kept as it was said."""

from alembic import op

revision = "0028_counsel"
down_revision = "0023_statements"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and its fence."""
    op.execute("""
        CREATE TABLE counsel_answer (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_counsel_answer PRIMARY KEY,
            tender_id BIGINT NOT NULL CONSTRAINT fk_counsel_answer_tender_id REFERENCES tender (id),
            fingerprint TEXT NOT NULL CONSTRAINT ck_counsel_answer_fingerprint CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
            about TEXT NOT NULL
                CONSTRAINT ck_counsel_answer_about CHECK (about IN ('local_preference', 'splitting')),
            quote TEXT NOT NULL,
            facts JSONB NOT NULL,
            answer TEXT NOT NULL CONSTRAINT ck_counsel_answer_answer CHECK (length(answer) >= 15),
            answered_by_id BIGINT NOT NULL
                CONSTRAINT fk_counsel_answer_answered_by_id REFERENCES user_account (id),
            answered_at TIMESTAMPTZ NOT NULL
        );
        CREATE INDEX ix_counsel_answer_tender_id ON counsel_answer (tender_id);
        CREATE TRIGGER counsel_answer_append_only BEFORE UPDATE OR DELETE ON counsel_answer
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER counsel_answer_no_truncate BEFORE TRUNCATE ON counsel_answer
            EXECUTE FUNCTION refuse_change();
        CREATE FUNCTION counsel_before_publication() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM FROM tender t WHERE t.id = NEW.tender_id AND t.published_at IS NULL AND t.cancelled_at IS NULL
                FOR KEY SHARE;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'tender % is no draft', NEW.tender_id USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER counsel_before_publication BEFORE INSERT ON counsel_answer
            FOR EACH ROW EXECUTE FUNCTION counsel_before_publication();
    """)


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP TABLE counsel_answer; DROP FUNCTION counsel_before_publication()")
