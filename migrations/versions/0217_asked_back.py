"""A payer asks an online payment back: a reason of the work list, once per payment."""

from alembic import op

revision = "0217_asked_back"
down_revision = "0241_issuing_stops"
branch_labels = None
depends_on = None

_REASONS = (
    "'wrong_amount', 'wrong_currency', 'wrong_reference', 'paid_before', 'call_parked', 'event_stuck', "
    "'dispute_opened', 'dispute_lost', 'refund_failed', 'unknown_movement', 'missing_movement', 'payout_unseen', "
    "'debit_failed', 'debit_returned'"
)


def upgrade() -> None:
    """Nobody asked."""
    op.execute(f"""
        ALTER TABLE payment_issue DROP CONSTRAINT ck_payment_issue_reason;
        ALTER TABLE payment_issue ADD CONSTRAINT ck_payment_issue_reason CHECK (reason IN ({_REASONS}, 'asked_back'));
        CREATE UNIQUE INDEX uq_payment_issue_asked ON payment_issue (order_id) WHERE reason = 'asked_back';
    """)


def downgrade() -> None:
    """Who asked is forgotten."""
    op.execute(f"""
        DROP INDEX uq_payment_issue_asked;
        DELETE FROM payment_issue WHERE reason = 'asked_back';
        ALTER TABLE payment_issue DROP CONSTRAINT ck_payment_issue_reason;
        ALTER TABLE payment_issue ADD CONSTRAINT ck_payment_issue_reason CHECK (reason IN ({_REASONS}));
    """)
