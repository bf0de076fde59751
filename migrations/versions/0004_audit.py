"""The audit log: records are only ever added."""

from alembic import op

revision = "0004_audit"
down_revision = "0003_messages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and forbid change."""
    op.execute("""
        CREATE TABLE audit_record (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_audit_record PRIMARY KEY,
            at TIMESTAMPTZ NOT NULL,
            actor_id BIGINT,
            action TEXT NOT NULL,
            subject TEXT NOT NULL,
            facts JSONB NOT NULL
        );
        CREATE INDEX ix_audit_record_subject ON audit_record (subject, id);
        CREATE TABLE audit_seal (
            seq BIGINT CONSTRAINT pk_audit_seal PRIMARY KEY,
            record_id BIGINT NOT NULL CONSTRAINT uq_audit_seal_record_id UNIQUE,
            hash TEXT NOT NULL
        );

        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_record
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP TABLE audit_seal, audit_record")
