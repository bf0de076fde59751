"""A supplier invited to a framework may say no, once, before it takes part."""

from alembic import op

revision = "0093_party_declines"
down_revision = "0083_change_signature_back"
branch_labels = None
depends_on = None

KEEP = """
    CREATE OR REPLACE FUNCTION keep_framework_party() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.joined_at IS NOT NULL {declined}
            OR to_jsonb(OLD) - '{{{movable}}}'::text[] IS DISTINCT FROM to_jsonb(NEW) - '{{{movable}}}'::text[] THEN
            RAISE EXCEPTION 'a party of a framework stays' USING ERRCODE = 'CW025';
        END IF;
        RETURN NEW;
    END $$;
"""
JOINED = "joined_at,joined_by_id"


def upgrade() -> None:
    """Let a no be kept; who answered stays."""
    op.execute("""
        ALTER TABLE framework_party
            ADD COLUMN declined_by_id BIGINT CONSTRAINT fk_framework_party_declined_by_id REFERENCES user_account (id),
            ADD COLUMN declined_at TIMESTAMPTZ,
            ADD COLUMN decline_reason TEXT NOT NULL DEFAULT '',
            ADD CONSTRAINT ck_framework_party_declined CHECK ((declined_at IS NULL) = (declined_by_id IS NULL)
                AND (declined_at IS NULL) = (decline_reason = '') AND (declined_at IS NULL OR joined_at IS NULL));
        ALTER TABLE framework_party ALTER COLUMN decline_reason DROP DEFAULT;
    """)
    op.execute(
        KEEP.format(
            declined="OR OLD.declined_at IS NOT NULL",
            movable=f"{JOINED},declined_at,declined_by_id,decline_reason",
        )
    )


def downgrade() -> None:
    """Take it away; who said no is awaited again."""
    op.execute(KEEP.format(declined="", movable=JOINED))
    op.execute("""
        ALTER TABLE framework_party DROP COLUMN declined_by_id, DROP COLUMN declined_at, DROP COLUMN decline_reason;
    """)
