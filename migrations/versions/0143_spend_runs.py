"""Files of any size wait in pieces, and long work on them stands in a table with how far it is."""

from alembic import op

revision = "0143_spend_runs"
down_revision = "0132_samples"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Cut what waits into pieces; make room for the work."""
    op.execute("""
        CREATE TABLE spend_upload_part (
            upload_id BIGINT NOT NULL CONSTRAINT fk_spend_upload_part_upload_id
                REFERENCES spend_upload (id) ON DELETE CASCADE,
            number INTEGER NOT NULL CONSTRAINT ck_spend_upload_part_number CHECK (number >= 0),
            content BYTEA NOT NULL,
            CONSTRAINT pk_spend_upload_part PRIMARY KEY (upload_id, number)
        );
        ALTER TABLE spend_upload_part ALTER COLUMN content SET STORAGE EXTERNAL;
        INSERT INTO spend_upload_part (upload_id, number, content) SELECT id, 0, content FROM spend_upload;
        ALTER TABLE spend_upload ADD COLUMN size BIGINT, ADD COLUMN checksum TEXT;
        UPDATE spend_upload SET size = length(content), checksum = encode(sha256(content), 'hex');
        ALTER TABLE spend_upload
            ALTER COLUMN size SET NOT NULL, ALTER COLUMN checksum SET NOT NULL, DROP COLUMN content;
        CREATE TABLE spend_run (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_spend_run PRIMARY KEY,
            public_id UUID NOT NULL CONSTRAINT uq_spend_run_public_id UNIQUE,
            kind TEXT NOT NULL CONSTRAINT ck_spend_run_kind CHECK (kind IN ('look', 'book', 'undo')),
            state TEXT NOT NULL CONSTRAINT ck_spend_run_state
                CHECK (state IN ('waiting', 'running', 'done', 'refused', 'failed')),
            anchor_id BIGINT NOT NULL CONSTRAINT fk_spend_run_anchor_id REFERENCES organisation (id),
            upload_id BIGINT CONSTRAINT fk_spend_run_upload_id REFERENCES spend_upload (id) ON DELETE SET NULL,
            import_id BIGINT CONSTRAINT fk_spend_run_import_id REFERENCES spend_import (id),
            file_name TEXT NOT NULL,
            columns JSONB NOT NULL,
            period TEXT NOT NULL,
            reason TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            rows_done BIGINT NOT NULL,
            rows_total BIGINT NOT NULL,
            result JSONB NOT NULL,
            actor_id BIGINT NOT NULL CONSTRAINT fk_spend_run_actor_id REFERENCES user_account (id),
            at TIMESTAMPTZ NOT NULL,
            started_at TIMESTAMPTZ,
            finished_at TIMESTAMPTZ,
            CONSTRAINT ck_spend_run_finished
                CHECK ((finished_at IS NOT NULL) = (state IN ('done', 'refused', 'failed'))),
            CONSTRAINT ck_spend_run_subject CHECK (kind <> 'undo' OR (import_id IS NOT NULL AND reason <> ''))
        );
        CREATE INDEX ix_spend_run_anchor_id ON spend_run (anchor_id, id);
        CREATE UNIQUE INDEX uq_spend_run_booking ON spend_run (upload_id)
            WHERE kind = 'book' AND state IN ('waiting', 'running', 'done');
        CREATE UNIQUE INDEX uq_spend_run_undoing ON spend_run (import_id)
            WHERE kind = 'undo' AND state IN ('waiting', 'running', 'done');
        CREATE INDEX ix_spend_run_open ON spend_run (id) WHERE state IN ('waiting', 'running');
    """)


def downgrade() -> None:
    """Put the pieces together again."""
    op.execute("""
        DROP TABLE spend_run;
        ALTER TABLE spend_upload ADD COLUMN content BYTEA;
        UPDATE spend_upload SET content = coalesce((
            SELECT string_agg(part.content, ''::bytea ORDER BY part.number)
            FROM spend_upload_part part WHERE part.upload_id = spend_upload.id
        ), ''::bytea);
        ALTER TABLE spend_upload ALTER COLUMN content SET NOT NULL, DROP COLUMN size, DROP COLUMN checksum;
        DROP TABLE spend_upload_part;
    """)
