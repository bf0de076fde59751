"""Releases of open data and answers to red flags, both append-only."""

from alembic import op

revision = "0019_publication"
down_revision = "0018_people"
branch_labels = None
depends_on = None

RELEASES = """
    CREATE TABLE ocds_release (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_ocds_release PRIMARY KEY,
        ocid TEXT NOT NULL CONSTRAINT ck_ocds_release_ocid
            CHECK (ocid ~ '^ocds-[a-z0-9]{6}-[NT]-[0-9]{4}-[0-9]{4,}$'),
        release_id TEXT NOT NULL CONSTRAINT uq_ocds_release_release_id UNIQUE,
        tender_id BIGINT CONSTRAINT fk_ocds_release_tender_id REFERENCES tender (id),
        need_id BIGINT CONSTRAINT fk_ocds_release_need_id REFERENCES need (id),
        key TEXT NOT NULL,
        tag TEXT NOT NULL,
        released_at TIMESTAMPTZ NOT NULL,
        extensions JSONB NOT NULL,
        content TEXT NOT NULL,
        sha256 TEXT NOT NULL CONSTRAINT ck_ocds_release_sha256
            CHECK (sha256 = encode(sha256(convert_to(content, 'UTF8')), 'hex')),
        CONSTRAINT ck_ocds_release_subject CHECK ((tender_id IS NULL) <> (need_id IS NULL)),
        CONSTRAINT uq_ocds_release_tender_id_key UNIQUE (tender_id, key),
        CONSTRAINT uq_ocds_release_need_id_key UNIQUE (need_id, key)
    );
    CREATE INDEX ix_ocds_release_ocid ON ocds_release (ocid);

    CREATE TRIGGER keep_ocds_release BEFORE UPDATE OR DELETE OR TRUNCATE ON ocds_release
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

FLAGS = """
    CREATE TABLE flag_answer (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_flag_answer PRIMARY KEY,
        tender_id BIGINT NOT NULL CONSTRAINT fk_flag_answer_tender_id REFERENCES tender (id),
        lot_id BIGINT NOT NULL CONSTRAINT fk_flag_answer_lot_id REFERENCES lot (id),
        code TEXT NOT NULL CONSTRAINT ck_flag_answer_code
            CHECK (code IN ('R003', 'R018', 'R024', 'R028', 'R035', 'R036', 'R038', 'R058')),
        reason TEXT NOT NULL CONSTRAINT ck_flag_answer_reason CHECK (length(reason) BETWEEN 20 AND 2000),
        answered_by_id BIGINT NOT NULL CONSTRAINT fk_flag_answer_answered_by_id REFERENCES user_account (id),
        answered_at TIMESTAMPTZ NOT NULL
    );
    CREATE INDEX ix_flag_answer_tender_id ON flag_answer (tender_id);

    CREATE TRIGGER keep_flag_answer BEFORE UPDATE OR DELETE OR TRUNCATE ON flag_answer
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    """Make the tables and their guards."""
    op.execute(RELEASES)
    op.execute(FLAGS)


def downgrade() -> None:
    """Take them away."""
    op.execute("DROP TABLE flag_answer, ocds_release")
