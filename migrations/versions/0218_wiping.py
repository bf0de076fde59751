"""Names and account numbers may be wiped once the law no longer asks for them, and not a day before."""

from alembic import op

revision = "0218_wiping"
down_revision = "0217_asked_back"
branch_labels = None
depends_on = None

_WIPED = """
        CREATE FUNCTION numbers_wiped(held text, old jsonb, new jsonb) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
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

_MANDATE = """
        CREATE OR REPLACE FUNCTION debit_mandate_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moving text[] := '{state,url,last_used_on,ended_at,released_at}';
            once text[] := '{session,customer,method,mandate,reference,last4,given_on}';
        BEGIN%s
            IF to_jsonb(NEW) - moving - once <> to_jsonb(OLD) - moving - once
                OR (OLD.session IS NOT NULL AND NEW.session IS DISTINCT FROM OLD.session)
                OR (OLD.given_on IS NOT NULL AND to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving)
                OR (OLD.ended_at IS NOT NULL
                    AND to_jsonb(NEW) - '{released_at}'::text[] <> to_jsonb(OLD) - '{released_at}'::text[]) THEN
                RAISE EXCEPTION 'debit mandate %%: %% does not become %%', OLD.id, OLD.state, NEW.state
                    USING ERRCODE = 'CI003';
            END IF;
            RETURN NEW;
        END $$;
"""

_DEBIT = """
        CREATE OR REPLACE FUNCTION bank_debit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moving text[] := CASE TG_TABLE_NAME
                WHEN 'debit_file' THEN '{withdrawn_at,answer,answered_at}' ELSE '{state,code,decided_at}' END;
            over boolean := coalesce(to_jsonb(OLD) ->> 'withdrawn_at', to_jsonb(OLD) ->> 'decided_at') IS NOT NULL;
        BEGIN%s
            IF to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving OR (over AND to_jsonb(NEW) <> to_jsonb(OLD)) THEN
                RAISE EXCEPTION '%% %% is kept as it is', TG_TABLE_NAME, OLD.id USING ERRCODE = 'CI003';
            END IF;
            RETURN NEW;
        END $$;
"""

_BANK = """
        CREATE OR REPLACE FUNCTION bank_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moving text[] := CASE TG_TABLE_NAME
                WHEN 'bank_entry' THEN '{state,fault,note,twin_id,decided_at,decided_by_id}'
                WHEN 'bank_account' THEN '{party_id,blocked}' ELSE '{undone_at,undone_by_id}' END;
        BEGIN%s
            IF TG_OP = 'DELETE' OR to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving
                OR (TG_TABLE_NAME = 'bank_account' AND to_jsonb(OLD) ->> 'party_id' IS NOT NULL
                    AND to_jsonb(NEW) ->> 'party_id' IS DISTINCT FROM to_jsonb(OLD) ->> 'party_id')
                OR (TG_TABLE_NAME = 'bank_booking' AND to_jsonb(OLD) ->> 'undone_at' IS NOT NULL) THEN
                RAISE EXCEPTION '%% %% is kept as it is', TG_TABLE_NAME, OLD.id USING ERRCODE = 'CK001';
            END IF;
            RETURN NEW;
        END $$;
"""

_BATCH = """
        CREATE OR REPLACE FUNCTION payment_batch_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            moving text[] := CASE TG_TABLE_NAME WHEN 'payment_batch'
                THEN '{state,closed_at,closed_by_id,answer,answered_at}'
                ELSE '{live,code,refused_at}' END;
        BEGIN%s
            IF TG_OP = 'DELETE' OR to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving
                OR to_jsonb(OLD) ->> 'state' = 'closed' OR to_jsonb(OLD) ->> 'live' = 'false' THEN
                RAISE EXCEPTION '%% %% is kept as it is', TG_TABLE_NAME, OLD.id USING ERRCODE = 'CK001';
            END IF;
            RETURN NEW;
        END $$;
"""

_FIRST = """
            IF TG_OP = 'UPDATE' AND numbers_wiped(TG_TABLE_NAME, to_jsonb(OLD), to_jsonb(NEW)) THEN
                RETURN NEW;
            END IF;"""


def upgrade() -> None:
    """A row that is kept as it was lets its name and number go when their time is over."""
    op.execute(_WIPED)
    for kept in (_MANDATE, _DEBIT, _BANK, _BATCH):
        op.execute(kept % _FIRST)


def downgrade() -> None:
    """All stays for ever again."""
    for kept in (_MANDATE, _DEBIT, _BANK, _BATCH):
        op.execute(kept % "")
    op.execute("DROP FUNCTION numbers_wiped")
