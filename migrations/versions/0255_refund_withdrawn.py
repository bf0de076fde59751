"""Who asked euros back may take the request back: then nobody pays it, and another may be asked."""

from alembic import op

revision = "0255_refund_withdrawn"
down_revision = "0253_dining_receipts"
branch_labels = None
depends_on = None

_KEEP = """
        CREATE OR REPLACE FUNCTION wallet_refund_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moving text[] := '{%(moving)s}';
        BEGIN
            IF OLD.paid_at IS NOT NULL %(or)s OR to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving THEN
                RAISE EXCEPTION 'refund %% is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
"""


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE wallet_refund
            ADD withdrawn_at timestamptz,
            ADD withdrawn_by_id bigint
                CONSTRAINT fk_wallet_refund_withdrawn_by_id REFERENCES user_account (id),
            ADD CONSTRAINT ck_wallet_refund_withdrawn CHECK (num_nulls(withdrawn_at, withdrawn_by_id) IN (0, 2)
                AND (withdrawn_at IS NULL OR paid_at IS NULL));
        DROP INDEX uq_wallet_refund_waiting;
        CREATE UNIQUE INDEX uq_wallet_refund_waiting ON wallet_refund (wallet_id)
            WHERE paid_at IS NULL AND withdrawn_at IS NULL;
        """
        + _KEEP
        % {
            "moving": "fee,transfer_id,paid_at,paid_by_id,withdrawn_at,withdrawn_by_id",
            "or": "OR OLD.withdrawn_at IS NOT NULL",
        }
    )


def downgrade() -> None:
    """Forget who took a request back. Refused where one did: it would wait again, with nothing reserved."""
    op.execute(
        """
        DO $$ BEGIN
            IF EXISTS (SELECT FROM wallet_refund WHERE withdrawn_at IS NOT NULL) THEN
                RAISE EXCEPTION 'requests were taken back' USING ERRCODE = 'restrict_violation';
            END IF;
        END $$;
        DROP INDEX uq_wallet_refund_waiting;
        ALTER TABLE wallet_refund DROP withdrawn_at, DROP withdrawn_by_id;
        CREATE UNIQUE INDEX uq_wallet_refund_waiting ON wallet_refund (wallet_id) WHERE paid_at IS NULL;
        """
        + _KEEP % {"moving": "fee,transfer_id,paid_at,paid_by_id", "or": ""}
    )
