"""A supplier from outside may be paid before his invoice; that pays his invoices later, or comes back."""

from alembic import op

revision = "0256_upfront"
down_revision = "0255_refund_withdrawn"
branch_labels = None
depends_on = None

_KINDS = "'payment', 'refund', 'credit', 'other', 'purchase', 'payout', 'debit', 'return', 'payback'"
_ALONE = "'other', 'purchase', 'payout', 'debit', 'return', 'payback'"
_MOVED = "'credit', 'other', 'payout', 'debit', 'return', 'payback'"

_CHECKS = """
        ALTER TABLE bank_booking DROP CONSTRAINT ck_bank_booking_kind, DROP CONSTRAINT ck_bank_booking_invoice,
            DROP CONSTRAINT ck_bank_booking_transfer;
        ALTER TABLE bank_booking
            ADD CONSTRAINT ck_bank_booking_kind CHECK (kind IN ({kinds})),
            ADD CONSTRAINT ck_bank_booking_invoice CHECK (
                (kind IN ({alone}) OR other_id IS NOT NULL) = (invoice_id IS NULL)),
            ADD CONSTRAINT ck_bank_booking_transfer CHECK ((kind IN ({moved})) = (transfer_id IS NOT NULL));
"""


def upgrade() -> None:
    """Nobody was paid so. The sender of a booking is one of whose account the entry is on."""
    op.execute(
        "ALTER TABLE bank_booking ADD COLUMN sender_id bigint"
        " CONSTRAINT fk_bank_booking_sender_id REFERENCES incoming_sender (id)"
    )
    op.execute(
        _CHECKS.format(
            kinds=f"{_KINDS}, 'upfront'", alone=f"{_ALONE}, 'upfront'", moved=f"{_MOVED}, 'upfront'"
        )
    )
    op.execute("""
        ALTER TABLE bank_booking ADD CONSTRAINT ck_bank_booking_upfront
            CHECK ((kind = 'upfront') = (sender_id IS NOT NULL));
        CREATE INDEX ix_bank_booking_sender_id ON bank_booking (sender_id) WHERE kind = 'upfront';
        ALTER TABLE incoming_payment ADD COLUMN upfront boolean NOT NULL DEFAULT false;
        ALTER TABLE incoming_payment ALTER COLUMN upfront DROP DEFAULT;
        CREATE FUNCTION bank_booking_sender() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT EXISTS (SELECT FROM incoming_sender s JOIN bank_account a ON a.party_id = s.buyer_id
                JOIN bank_entry e ON e.account_id = a.id WHERE s.id = NEW.sender_id AND e.id = NEW.entry_id) THEN
                RAISE EXCEPTION 'sender % is not of entry %', NEW.sender_id, NEW.entry_id USING ERRCODE = 'CK003';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER bank_booking_sender BEFORE INSERT ON bank_booking FOR EACH ROW
            WHEN (NEW.sender_id IS NOT NULL) EXECUTE FUNCTION bank_booking_sender();
    """)


def downgrade() -> None:
    """What was paid so stays booked, without saying to whom; the account in the books does."""
    op.execute("""
        DROP TRIGGER bank_booking_sender ON bank_booking;
        DROP FUNCTION bank_booking_sender();
        ALTER TABLE bank_booking DROP CONSTRAINT ck_bank_booking_upfront;
        ALTER TABLE bank_booking DISABLE TRIGGER USER;
        UPDATE bank_booking SET kind = 'other', role = 'clearing', why = 'person', sender_id = NULL
            WHERE kind = 'upfront';
        ALTER TABLE bank_booking ENABLE TRIGGER USER;
        ALTER TABLE bank_booking DROP COLUMN sender_id;
        ALTER TABLE incoming_payment DROP COLUMN upfront;
    """)
    op.execute(_CHECKS.format(kinds=_KINDS, alone=_ALONE, moved=_MOVED))
