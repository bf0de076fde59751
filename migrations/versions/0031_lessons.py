"""Whether a cooperative lets its coach read what it learned."""

from alembic import op

revision = "0031_lessons"
down_revision = "0025_call_offs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and its fence."""
    op.execute("""
        CREATE TABLE lesson_consent (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_lesson_consent PRIMARY KEY,
            organisation_id BIGINT NOT NULL
                CONSTRAINT fk_lesson_consent_organisation_id REFERENCES organisation (id),
            is_given BOOLEAN NOT NULL,
            by_id BIGINT NOT NULL CONSTRAINT fk_lesson_consent_by_id REFERENCES user_account (id),
            at TIMESTAMPTZ NOT NULL
        );
        CREATE INDEX ix_lesson_consent_organisation_id ON lesson_consent (organisation_id, id);
        CREATE TRIGGER lesson_consent_append_only BEFORE UPDATE OR DELETE ON lesson_consent
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP TABLE lesson_consent")
