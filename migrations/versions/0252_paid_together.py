"""One transfer may pay several receipts back; and an invoice is known by name and amount."""

from alembic import op

revision = "0252_paid_together"
down_revision = "0251_owed_back"
branch_labels = None
depends_on = None

_WHYS = (
    "'reference', 'mark', 'in_text', 'part', 'rest', 'known', 'near', 'amount', 'number', 'double', 'person', "
    "'free', 'blocked', 'debit'"
)


def upgrade() -> None:
    """What one entry paid of receipts never passes it; the entry is held, so that two at once wait."""
    op.execute(f"""
        ALTER TABLE bank_booking DROP CONSTRAINT ck_bank_booking_why;
        ALTER TABLE bank_booking ADD CONSTRAINT ck_bank_booking_why CHECK (why IN ({_WHYS}, 'named'));
        ALTER TABLE receipt DROP CONSTRAINT uq_receipt_entry_id;
        CREATE INDEX ix_receipt_entry_id ON receipt (entry_id);
        CREATE FUNCTION receipt_paid_within() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            held bank_entry;
        BEGIN
            SELECT * INTO held FROM bank_entry WHERE id = NEW.entry_id FOR UPDATE;
            IF -held.amount < (SELECT sum(high + low + none) FROM receipt
                    WHERE entry_id = NEW.entry_id AND state = 'booked') THEN
                RAISE EXCEPTION 'entry % paid less than its receipts', NEW.entry_id USING ERRCODE = 'CK003';
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER receipt_paid_within AFTER UPDATE ON receipt FOR EACH ROW
            WHEN (NEW.entry_id IS DISTINCT FROM OLD.entry_id AND NEW.entry_id IS NOT NULL)
            EXECUTE FUNCTION receipt_paid_within();
    """)


def downgrade() -> None:
    """Of several receipts of one entry the first keeps it; the others are paid by nothing that is known."""
    op.execute(f"""
        DROP TRIGGER receipt_paid_within ON receipt;
        DROP FUNCTION receipt_paid_within();
        DROP INDEX ix_receipt_entry_id;
        ALTER TABLE receipt DISABLE TRIGGER USER;
        UPDATE receipt r SET entry_id = NULL
            WHERE EXISTS (SELECT FROM receipt o WHERE o.entry_id = r.entry_id AND o.id < r.id);
        ALTER TABLE receipt ENABLE TRIGGER USER;
        ALTER TABLE receipt ADD CONSTRAINT uq_receipt_entry_id UNIQUE (entry_id);
        ALTER TABLE bank_booking DISABLE TRIGGER USER;
        UPDATE bank_booking SET why = 'amount' WHERE why = 'named';
        ALTER TABLE bank_booking ENABLE TRIGGER USER;
        ALTER TABLE bank_booking DROP CONSTRAINT ck_bank_booking_why;
        ALTER TABLE bank_booking ADD CONSTRAINT ck_bank_booking_why CHECK (why IN ({_WHYS}));
    """)
