"""An entry on the bank brings a payout home; one that the bank never told of stands on the work list."""

from alembic import op

revision = "0209_payouts"
down_revision = "0208_payment_undo"
branch_labels = None
depends_on = None

_REASONS = (
    "'wrong_amount', 'wrong_currency', 'wrong_reference', 'paid_before', 'call_parked', 'event_stuck', "
    "'dispute_opened', 'dispute_lost', 'refund_failed', 'unknown_movement', 'missing_movement'"
)


def upgrade() -> None:
    """None was seen."""
    op.execute(f"""
        ALTER TABLE bank_booking ADD COLUMN payout_id bigint
            CONSTRAINT fk_bank_booking_payout_id REFERENCES provider_payment (id);
        CREATE UNIQUE INDEX uq_bank_booking_payout_id ON bank_booking (payout_id) WHERE undone_at IS NULL;
        ALTER TABLE bank_booking DROP CONSTRAINT ck_bank_booking_kind, DROP CONSTRAINT ck_bank_booking_invoice,
            DROP CONSTRAINT ck_bank_booking_transfer;
        ALTER TABLE bank_booking
            ADD CONSTRAINT ck_bank_booking_kind
                CHECK (kind IN ('payment', 'refund', 'credit', 'other', 'purchase', 'payout')),
            ADD CONSTRAINT ck_bank_booking_invoice
                CHECK ((kind IN ('other', 'purchase', 'payout')) = (invoice_id IS NULL)),
            ADD CONSTRAINT ck_bank_booking_transfer
                CHECK ((kind IN ('credit', 'other', 'payout')) = (transfer_id IS NOT NULL)),
            ADD CONSTRAINT ck_bank_booking_payout CHECK ((kind = 'payout') = (payout_id IS NOT NULL));
        ALTER TABLE payment_issue DROP CONSTRAINT ck_payment_issue_reason;
        ALTER TABLE payment_issue ADD CONSTRAINT ck_payment_issue_reason
            CHECK (reason IN ({_REASONS}, 'payout_unseen'));
    """)


def downgrade() -> None:
    """Entries that brought one home are booked without saying so."""
    op.execute(f"""
        ALTER TABLE bank_booking DROP CONSTRAINT ck_bank_booking_kind, DROP CONSTRAINT ck_bank_booking_invoice,
            DROP CONSTRAINT ck_bank_booking_transfer, DROP CONSTRAINT ck_bank_booking_payout;
        ALTER TABLE bank_booking DISABLE TRIGGER USER;
        UPDATE bank_booking SET kind = 'other', role = 'clearing' WHERE kind = 'payout';
        ALTER TABLE bank_booking ENABLE TRIGGER USER;
        ALTER TABLE bank_booking DROP COLUMN payout_id;
        ALTER TABLE bank_booking
            ADD CONSTRAINT ck_bank_booking_kind CHECK (kind IN ('payment', 'refund', 'credit', 'other', 'purchase')),
            ADD CONSTRAINT ck_bank_booking_invoice CHECK ((kind IN ('other', 'purchase')) = (invoice_id IS NULL)),
            ADD CONSTRAINT ck_bank_booking_transfer CHECK ((kind IN ('credit', 'other')) = (transfer_id IS NOT NULL));
        DELETE FROM payment_issue WHERE reason = 'payout_unseen';
        ALTER TABLE payment_issue DROP CONSTRAINT ck_payment_issue_reason;
        ALTER TABLE payment_issue ADD CONSTRAINT ck_payment_issue_reason CHECK (reason IN ({_REASONS}));
    """)
