"""Keys of holders and tenders, shares, releases."""

from alembic import op

revision = "0011_sealing"
down_revision = "0010_needs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; what was handed out never changes."""
    op.execute("""
        CREATE TABLE key_holder (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_key_holder PRIMARY KEY,
            user_id BIGINT NOT NULL CONSTRAINT fk_key_holder_user_id REFERENCES user_account (id),
            public_key BYTEA NOT NULL CONSTRAINT ck_key_holder_public_key CHECK (octet_length(public_key) = 32),
            salt BYTEA NOT NULL,
            locked BYTEA,
            rounds BIGINT NOT NULL,
            memory BIGINT NOT NULL,
            made_at TIMESTAMPTZ NOT NULL,
            replaced_at TIMESTAMPTZ,
            reason TEXT CONSTRAINT ck_key_holder_reason CHECK (reason IN ('changed', 'forgotten')),
            CONSTRAINT ck_key_holder_replaced CHECK ((replaced_at IS NULL) = (reason IS NULL)),
            CONSTRAINT ck_key_holder_locked CHECK (locked IS NOT NULL OR reason = 'changed')
        );
        CREATE UNIQUE INDEX uq_key_holder_running ON key_holder (user_id) WHERE replaced_at IS NULL;
        CREATE INDEX ix_key_holder_user_id ON key_holder (user_id);

        CREATE TABLE tender_key (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_tender_key PRIMARY KEY,
            public_id UUID NOT NULL CONSTRAINT uq_tender_key_public_id UNIQUE,
            public_key BYTEA NOT NULL CONSTRAINT uq_tender_key_public_key UNIQUE
                CONSTRAINT ck_tender_key_public_key CHECK (octet_length(public_key) = 32),
            made_at TIMESTAMPTZ NOT NULL
        );

        CREATE TABLE key_share (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_key_share PRIMARY KEY,
            key_id BIGINT NOT NULL CONSTRAINT fk_key_share_key_id REFERENCES tender_key (id),
            number BIGINT NOT NULL CONSTRAINT ck_key_share_number CHECK (number BETWEEN 1 AND 3),
            part TEXT NOT NULL CONSTRAINT ck_key_share_part CHECK (part IN ('officer', 'escrow')),
            user_id BIGINT NOT NULL CONSTRAINT fk_key_share_user_id REFERENCES user_account (id),
            holder_id BIGINT NOT NULL CONSTRAINT fk_key_share_holder_id REFERENCES key_holder (id),
            sealed BYTEA NOT NULL,
            digest TEXT NOT NULL,
            CONSTRAINT uq_key_share_key_id_number UNIQUE (key_id, number),
            CONSTRAINT uq_key_share_key_id_user_id UNIQUE (key_id, user_id)
        );
        CREATE UNIQUE INDEX uq_key_share_escrow ON key_share (key_id) WHERE part = 'escrow';
        CREATE INDEX ix_key_share_user_id ON key_share (user_id);

        CREATE TABLE share_release (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_share_release PRIMARY KEY,
            key_id BIGINT NOT NULL CONSTRAINT fk_share_release_key_id REFERENCES tender_key (id),
            share_id BIGINT NOT NULL CONSTRAINT fk_share_release_share_id REFERENCES key_share (id),
            to_user_id BIGINT NOT NULL CONSTRAINT fk_share_release_to_user_id REFERENCES user_account (id),
            to_holder_id BIGINT NOT NULL CONSTRAINT fk_share_release_to_holder_id REFERENCES key_holder (id),
            sealed BYTEA NOT NULL,
            reason TEXT,
            released_at TIMESTAMPTZ NOT NULL,
            CONSTRAINT uq_share_release_share_id_to_holder_id UNIQUE (share_id, to_holder_id)
        );
        CREATE INDEX ix_share_release_key_id ON share_release (key_id);

        CREATE TABLE passphrase_attempt (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_passphrase_attempt PRIMARY KEY,
            user_id BIGINT NOT NULL CONSTRAINT fk_passphrase_attempt_user_id REFERENCES user_account (id),
            good BOOLEAN NOT NULL,
            at TIMESTAMPTZ NOT NULL
        );
        CREATE INDEX ix_passphrase_attempt_user_id_at ON passphrase_attempt (user_id, at);

        CREATE FUNCTION keep_as_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% rows are never changed or taken away', TG_TABLE_NAME USING ERRCODE = 'CW011';
        END $$;
        CREATE TRIGGER keep_as_sealed BEFORE UPDATE OR DELETE ON tender_key
            FOR EACH ROW EXECUTE FUNCTION keep_as_sealed();
        CREATE TRIGGER keep_as_sealed BEFORE UPDATE OR DELETE ON key_share
            FOR EACH ROW EXECUTE FUNCTION keep_as_sealed();
        CREATE TRIGGER keep_as_sealed BEFORE UPDATE OR DELETE ON share_release
            FOR EACH ROW EXECUTE FUNCTION keep_as_sealed();
    """)


def downgrade() -> None:
    """Take it away."""
    op.execute("""
        DROP TABLE passphrase_attempt, share_release, key_share, tender_key, key_holder;
        DROP FUNCTION keep_as_sealed();
    """)
