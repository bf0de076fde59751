"""Another e-mail address, and passkeys."""

from alembic import op

revision = "0017_people2"
down_revision = "0016_contracts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; nothing that is there changes."""
    op.execute("""
        CREATE TABLE email_change (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_email_change PRIMARY KEY,
            user_id BIGINT NOT NULL CONSTRAINT fk_email_change_user_id REFERENCES user_account (id),
            old_email TEXT NOT NULL,
            undo_hash BYTEA NOT NULL CONSTRAINT uq_email_change_undo_hash UNIQUE,
            changed_at TIMESTAMPTZ NOT NULL,
            expires_at TIMESTAMPTZ NOT NULL,
            CONSTRAINT ck_email_change_expires_at CHECK (expires_at > changed_at)
        );
        CREATE INDEX ix_email_change_user_id ON email_change (user_id);
        CREATE INDEX ix_email_change_expires_at ON email_change (expires_at);

        CREATE TABLE passkey (
            id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_passkey PRIMARY KEY,
            public_id UUID NOT NULL CONSTRAINT uq_passkey_public_id UNIQUE,
            user_id BIGINT NOT NULL CONSTRAINT fk_passkey_user_id REFERENCES user_account (id),
            credential_id BYTEA NOT NULL CONSTRAINT uq_passkey_credential_id UNIQUE,
            public_key BYTEA NOT NULL,
            sign_count BIGINT NOT NULL CONSTRAINT ck_passkey_sign_count CHECK (sign_count >= 0),
            name TEXT NOT NULL CONSTRAINT ck_passkey_name CHECK (length(name) BETWEEN 1 AND 120),
            made_at TIMESTAMPTZ NOT NULL,
            used_at TIMESTAMPTZ
        );
        CREATE INDEX ix_passkey_user_id ON passkey (user_id);

        CREATE TABLE passkey_answered (
            question_hash BYTEA CONSTRAINT pk_passkey_answered PRIMARY KEY,
            answered_at TIMESTAMPTZ NOT NULL
        );
        CREATE INDEX ix_passkey_answered_answered_at ON passkey_answered (answered_at);
    """)


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP TABLE passkey_answered, passkey, email_change;")
