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

        -- what the sealer still has to link, so that it never searches the whole log
        CREATE TABLE audit_waiting (
            record_id BIGINT CONSTRAINT pk_audit_waiting PRIMARY KEY
                CONSTRAINT fk_audit_waiting_record_id REFERENCES audit_record (id)
        );
        CREATE FUNCTION audit_wait() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO audit_waiting VALUES (NEW.id);
            RETURN NULL;
        END $$;
        CREATE TRIGGER wait_for_seal AFTER INSERT ON audit_record
            FOR EACH ROW EXECUTE FUNCTION audit_wait();
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_record
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP TABLE audit_waiting, audit_seal, audit_record; DROP FUNCTION audit_wait()")
