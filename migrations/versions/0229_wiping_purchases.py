"""What came from suppliers is wiped after its time too; what stands ahead keeps the account that it may go back to."""

from alembic import op

revision = "0229_wiping_purchases"
down_revision = "0228_money_ahead"
branch_labels = None
depends_on = None

_WIPED = """
        CREATE OR REPLACE FUNCTION numbers_wiped(held text, old jsonb, new jsonb) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
        DECLARE
            today date := (cwb_now() AT TIME ZONE 'Europe/Amsterdam')::date;
            books date := make_date(extract(year FROM today)::int - 7, 1, 1);
            fields text[] := CASE held WHEN 'debit_mandate' THEN '{iban,holder}'::text[]
                WHEN 'batch_transfer' THEN '{iban,name}' WHEN 'bank_entry' THEN '{iban,name,text}'
                WHEN 'ahead_payback' THEN '{iban,name}' ELSE '{content}' END;
            day date := CASE held
                WHEN 'debit_mandate' THEN greatest(
                    ((old ->> 'ended_at')::timestamptz AT TIME ZONE 'Europe/Amsterdam')::date,
                    (old ->> 'last_used_on')::date)
                WHEN 'batch_transfer' THEN (old ->> 'pays_on')::date
                WHEN 'bank_entry' THEN (old ->> 'booked_on')::date
                WHEN 'incoming_invoice' THEN greatest((old ->> 'issued_on')::date, (old ->> 'paid_on')::date)
                WHEN 'ahead_payback' THEN
                    ((old ->> 'asked_at')::timestamptz AT TIME ZONE 'Europe/Amsterdam')::date
                ELSE ((old ->> 'made_at')::timestamptz AT TIME ZONE 'Europe/Amsterdam')::date END;
            gone text := CASE held WHEN 'debit_mandate' THEN '–' ELSE '' END;
        BEGIN
            IF held = 'incoming_invoice' THEN
                RETURN new - '{iban,document,facts}'::text[] = old - '{iban,document,facts}'::text[]
                    AND new ->> 'iban' = '' AND new ->> 'document' = '\\x'
                    AND new -> 'facts' = (old -> 'facts') || '{"ibans": [], "wiped": true}'::jsonb
                    AND old ->> 'state' IN ('settled', 'refused') AND day < books;
            END IF;
            RETURN new - fields = old - fields
                AND NOT EXISTS (SELECT FROM unnest(fields) field WHERE new ->> field IS DISTINCT FROM gone)
                AND CASE held
                    WHEN 'debit_mandate' THEN old ->> 'ended_at' IS NOT NULL AND old ->> 'iban' IS NOT NULL
                        AND day < today - interval '13 months'
                    WHEN 'batch_transfer' THEN old ->> 'live' = 'false' AND day < books
                    WHEN 'bank_entry' THEN old ->> 'state' <> 'open' AND day < books
                        AND NOT EXISTS (SELECT FROM bank_booking b WHERE b.entry_id = (old ->> 'id')::bigint
                            AND b.kind = 'credit' AND b.undone_at IS NULL AND b.amount > ahead_used(b.id))
                    WHEN 'ahead_payback' THEN day < books AND (old ->> 'dropped_at' IS NOT NULL
                        OR EXISTS (SELECT FROM bank_booking b
                            WHERE b.id = (old ->> 'booked_id')::bigint AND b.undone_at IS NULL))
                    WHEN 'payment_batch' THEN old ->> 'state' = 'closed' AND day < books
                    WHEN 'debit_file' THEN day < books
                    ELSE false END;
        END $$;
"""

_WIPED_BEFORE = """
        CREATE OR REPLACE FUNCTION numbers_wiped(held text, old jsonb, new jsonb) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
        DECLARE
            today date := (cwb_now() AT TIME ZONE 'Europe/Amsterdam')::date;
            books date := make_date(extract(year FROM today)::int - 7, 1, 1);
            fields text[] := CASE held WHEN 'debit_mandate' THEN '{iban,holder}'::text[]
                WHEN 'batch_transfer' THEN '{iban,name}' WHEN 'bank_entry' THEN '{iban,name,text}' ELSE '{content}' END;
            day date := CASE held
                WHEN 'debit_mandate' THEN greatest(
                    ((old ->> 'ended_at')::timestamptz AT TIME ZONE 'Europe/Amsterdam')::date,
                    (old ->> 'last_used_on')::date)
                WHEN 'batch_transfer' THEN (old ->> 'pays_on')::date
                WHEN 'bank_entry' THEN (old ->> 'booked_on')::date
                ELSE ((old ->> 'made_at')::timestamptz AT TIME ZONE 'Europe/Amsterdam')::date END;
            gone text := CASE held WHEN 'debit_mandate' THEN '–' ELSE '' END;
        BEGIN
            RETURN new - fields = old - fields
                AND NOT EXISTS (SELECT FROM unnest(fields) field WHERE new ->> field IS DISTINCT FROM gone)
                AND CASE held
                    WHEN 'debit_mandate' THEN old ->> 'ended_at' IS NOT NULL AND old ->> 'iban' IS NOT NULL
                        AND day < today - interval '13 months'
                    WHEN 'batch_transfer' THEN old ->> 'live' = 'false' AND day < books
                    WHEN 'bank_entry' THEN old ->> 'state' <> 'open' AND day < books
                    WHEN 'payment_batch' THEN old ->> 'state' = 'closed' AND day < books
                    WHEN 'debit_file' THEN day < books
                    ELSE false END;
        END $$;
"""

_INVOICE = """
    CREATE OR REPLACE FUNCTION incoming_invoice_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        moving text[] := '{state,round,approved_at,vat_recoverable,cost,transfer_id,credited,paid,paid_on}';
        booked text[] := '{state,round,credited,paid,paid_on}';
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.state <> 'waiting' OR NEW.credited <> 0 OR NEW.paid <> 0 THEN
                RAISE EXCEPTION 'a received invoice waits first' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END IF;{first}
        IF to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving
            OR (OLD.transfer_id IS NOT NULL AND to_jsonb(NEW) - booked <> to_jsonb(OLD) - booked) THEN
            RAISE EXCEPTION 'received invoice % is kept as it came', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.state <> OLD.state AND NOT (
            (OLD.state = 'waiting' AND NEW.state IN ('approved', 'disputed', 'refused'))
            OR (OLD.state = 'disputed' AND NEW.state IN ('approved', 'refused'))
            OR (OLD.state = 'approved' AND NEW.state = 'settled')
            OR (OLD.state = 'settled' AND NEW.state = 'approved')
        ) THEN
            RAISE EXCEPTION 'received invoice % does not go from % to %', OLD.id, OLD.state, NEW.state
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$;
"""

_PAYBACK = """
        CREATE OR REPLACE FUNCTION ahead_payback_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moving text[] := '{agreed_by_id,agreed_at,dropped_by_id,dropped_at,booked_id}';
        BEGIN{first}
            IF TG_OP = 'DELETE' OR to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving OR OLD.dropped_at IS NOT NULL
                OR (OLD.agreed_at IS NOT NULL AND NEW.agreed_at IS DISTINCT FROM OLD.agreed_at)
                OR (OLD.agreed_at IS NOT NULL AND NEW.agreed_by_id IS DISTINCT FROM OLD.agreed_by_id)
                OR (NEW.dropped_at IS NOT NULL AND (
                    EXISTS (SELECT FROM bank_booking b WHERE b.id = NEW.booked_id AND b.undone_at IS NULL)
                    OR EXISTS (SELECT FROM batch_transfer t WHERE t.payback_id = OLD.id AND t.live)))
                OR (NEW.booked_id IS DISTINCT FROM OLD.booked_id
                    AND EXISTS (SELECT FROM bank_booking b WHERE b.id = OLD.booked_id AND b.undone_at IS NULL)) THEN
                RAISE EXCEPTION 'repayment % is kept as it is', OLD.id USING ERRCODE = 'CK003';
            END IF;
            RETURN NEW;
        END $$;
"""

_FIRST = """
            IF TG_OP = 'UPDATE' AND numbers_wiped(TG_TABLE_NAME, to_jsonb(OLD), to_jsonb(NEW)) THEN
                RETURN NEW;
            END IF;"""

_ACCOUNT = """
        CREATE FUNCTION incoming_account_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            today date := (cwb_now() AT TIME ZONE 'Europe/Amsterdam')::date;
            books date := make_date(extract(year FROM today)::int - 7, 1, 1);
        BEGIN
            IF TG_OP = 'DELETE' AND (OLD.checked_at AT TIME ZONE 'Europe/Amsterdam')::date < books
                AND NOT EXISTS (SELECT FROM incoming_invoice i WHERE i.sender_id = OLD.sender_id
                    AND (i.state NOT IN ('settled', 'refused') OR greatest(i.issued_on, i.paid_on) >= books)) THEN
                RETURN OLD;
            END IF;
            RAISE EXCEPTION 'an account that was asked after is kept' USING ERRCODE = 'restrict_violation';
        END $$;
        DROP TRIGGER incoming_account_append_only ON incoming_account;
        CREATE TRIGGER incoming_account_append_only BEFORE UPDATE OR DELETE ON incoming_account
            FOR EACH ROW EXECUTE FUNCTION incoming_account_keep();
"""


def upgrade() -> None:
    """Invoices that came, accounts of who sent them, and repayments let their numbers go when their time is over."""
    op.execute(_WIPED)
    for kept in (_INVOICE, _PAYBACK):
        op.execute(kept.replace("{first}", _FIRST))
    op.execute(_ACCOUNT)


def downgrade() -> None:
    """They stay for ever again."""
    op.execute(_WIPED_BEFORE)
    for kept in (_INVOICE, _PAYBACK):
        op.execute(kept.replace("{first}", ""))
    op.execute("""
        DROP TRIGGER incoming_account_append_only ON incoming_account;
        DROP FUNCTION incoming_account_keep();
        CREATE TRIGGER incoming_account_append_only BEFORE UPDATE OR DELETE ON incoming_account
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
    """)
