"""The mail outbox, and the tables of the job queue (made by its library)."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0003_messages"
down_revision = "0002_identity"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the outbox and the queue."""
    op.execute("""
        CREATE TABLE mail (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_mail PRIMARY KEY,
            key TEXT CONSTRAINT uq_mail_key UNIQUE,
            recipient TEXT NOT NULL,
            locale TEXT NOT NULL,
            subject TEXT NOT NULL,
            text TEXT NOT NULL,
            link TEXT,
            created_at TIMESTAMPTZ NOT NULL,
            attempts BIGINT NOT NULL DEFAULT 0,
            next_try_at TIMESTAMPTZ NOT NULL,
            sent_at TIMESTAMPTZ,
            fault TEXT
        );
        CREATE INDEX ix_mail_waiting ON mail (next_try_at) WHERE sent_at IS NULL;
    """)
    connection = op.get_bind().connection.dbapi_connection
    connection.execute(SchemaManager.get_schema().encode())


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP TABLE mail;
        DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers
            CASCADE;
        DO $$
        DECLARE
            each RECORD;
        BEGIN
            FOR each IN SELECT oid::regprocedure AS name FROM pg_proc WHERE proname LIKE 'procrastinate%' LOOP
                EXECUTE 'DROP FUNCTION ' || each.name || ' CASCADE';
            END LOOP;
            FOR each IN SELECT typname AS name FROM pg_type
                WHERE typname LIKE 'procrastinate%' AND typtype IN ('e', 'c') LOOP
                EXECUTE 'DROP TYPE IF EXISTS ' || each.name || ' CASCADE';
            END LOOP;
        END $$;
    """)
