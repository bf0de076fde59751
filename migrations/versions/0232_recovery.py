"""Codes for a new PIN, given at the staff desk."""

from alembic import op

revision = "0232_recovery"
down_revision = "0231_requests"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None are there."""
    op.execute("""
        CREATE TABLE wallet_recovery (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_wallet_recovery PRIMARY KEY,
            public_id uuid NOT NULL CONSTRAINT uq_wallet_recovery_public_id UNIQUE,
            user_id bigint NOT NULL CONSTRAINT fk_wallet_recovery_user_id REFERENCES user_account (id),
            code_hash text NOT NULL,
            checked text NOT NULL,
            lost boolean NOT NULL,
            made_at timestamptz NOT NULL,
            made_by_id bigint NOT NULL CONSTRAINT fk_wallet_recovery_made_by_id REFERENCES user_account (id),
            needs_second boolean NOT NULL,
            second_by_id bigint CONSTRAINT fk_wallet_recovery_second_by_id REFERENCES user_account (id),
            second_at timestamptz,
            expires_at timestamptz NOT NULL,
            tries bigint NOT NULL,
            used_at timestamptz,
            CONSTRAINT ck_wallet_recovery_other CHECK (user_id <> made_by_id),
            CONSTRAINT ck_wallet_recovery_checked
                CHECK (checked IN ('passport', 'identity_card', 'driving_licence', 'residence_permit')),
            CONSTRAINT ck_wallet_recovery_tries CHECK (tries BETWEEN 0 AND 5),
            CONSTRAINT ck_wallet_recovery_expires
                CHECK (expires_at > made_at AND expires_at <= made_at + interval '24 hours'),
            CONSTRAINT ck_wallet_recovery_second CHECK (num_nulls(second_by_id, second_at) IN (0, 2)
                AND (second_by_id IS NULL OR second_by_id NOT IN (made_by_id, user_id))),
            CONSTRAINT ck_wallet_recovery_used CHECK (used_at IS NULL
                OR (used_at < expires_at AND (NOT needs_second OR second_at IS NOT NULL)))
        );
        CREATE INDEX ix_wallet_recovery_user_id ON wallet_recovery (user_id, made_at);
        CREATE INDEX ix_wallet_recovery_made_at ON wallet_recovery (made_at);
        CREATE FUNCTION wallet_recovery_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moving text[] := '{second_by_id,second_at,tries,used_at}';
        BEGIN
            IF OLD.used_at IS NOT NULL OR NEW.tries < OLD.tries
                OR (OLD.second_at IS NOT NULL AND NEW.second_at IS DISTINCT FROM OLD.second_at)
                OR to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving THEN
                RAISE EXCEPTION 'recovery % is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER wallet_recovery_keep BEFORE UPDATE ON wallet_recovery
            FOR EACH ROW EXECUTE FUNCTION wallet_recovery_keep();
        CREATE TRIGGER wallet_recovery_no_delete BEFORE DELETE ON wallet_recovery
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER wallet_recovery_no_truncate BEFORE TRUNCATE ON wallet_recovery EXECUTE FUNCTION refuse_change();
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("DROP TABLE wallet_recovery; DROP FUNCTION wallet_recovery_keep")
