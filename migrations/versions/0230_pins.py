"""A PIN per person; payments get a number that may leave the house, and how they were confirmed."""

from alembic import op

revision = "0230_pins"
down_revision = "0176_identity_by_two"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has one. What was paid before was not asked."""
    op.execute("""
        CREATE TABLE wallet_pin (
            user_id bigint CONSTRAINT pk_wallet_pin PRIMARY KEY
                CONSTRAINT fk_wallet_pin_user_id REFERENCES user_account (id) ON DELETE CASCADE,
            pin_hash text NOT NULL,
            tries bigint NOT NULL,
            chosen_at timestamptz NOT NULL,
            CONSTRAINT ck_wallet_pin_tries CHECK (tries BETWEEN 0 AND 5),
            CONSTRAINT ck_wallet_pin_hash CHECK (pin_hash LIKE '$argon2id$%')
        );
        ALTER TABLE wallet_payment
            ADD COLUMN public_id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT uq_wallet_payment_public_id UNIQUE,
            ADD COLUMN confirmed text NOT NULL DEFAULT 'unasked',
            ADD CONSTRAINT ck_wallet_payment_confirmed CHECK (confirmed IN ('unasked', 'none', 'pin', 'passkey')),
            ADD CONSTRAINT ck_wallet_payment_small CHECK (confirmed <> 'none' OR amount <= 5000);
        ALTER TABLE wallet_payment ALTER COLUMN public_id DROP DEFAULT, ALTER COLUMN confirmed DROP DEFAULT;
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("""
        ALTER TABLE wallet_payment DROP COLUMN confirmed, DROP COLUMN public_id;
        DROP TABLE wallet_pin
    """)
